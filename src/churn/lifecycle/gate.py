"""May the challenger take the champion's place? Yes only when shown; whatever cannot be shown is unknown."""

import math
from typing import Any

import numpy as np
import pandas as pd

from churn import columns, contract
from churn.errors import ModelError
from churn.lifecycle.comparison import agree, compare
from churn.lifecycle.verdict import Check, Verdict
from churn.params.campaign import Campaign
from churn.params.gate import Gate
from churn.scoring.scorer import Scorer
from churn.steps.prepare.split import is_test


def judge(
    challenger: Scorer,
    champion: Scorer | None,
    metrics: dict[str, Any],
    rows: pd.DataFrame,
    gate: Gate,
    campaign: Campaign,
) -> Verdict:
    """Judge a first model by its test `metrics`, a later one against the champion on rows that neither trained on."""
    names = {"challenger": challenger.digest, "champion": champion.digest if champion else None}
    if champion and champion.digest == challenger.digest:
        return Verdict(state="unknown", reason="this model is the champion, and its verdict was not kept", **names)
    if metrics.get("model") != challenger.digest:
        return Verdict(state="unknown", reason="the test metrics are of another model; run `dvc repro`", **names)
    try:
        floors = check_floors(metrics, gate)
        if champion is None:
            return _sum_up(floors, 0, "the first model", names)
        verdict = _duel(challenger, champion, rows, gate, campaign, names)
        looking_back = _looking_back(challenger, champion, rows, gate, campaign)
        return verdict.model_copy(update={"regression": [*floors, *looking_back]})
    except Exception as fault:  # noqa: BLE001  whatever stops the judging, it did not pass
        return Verdict(state="unknown", reason=f"could not be judged: {fault}", **names)


def check_floors(metrics: dict[str, Any], gate: Gate) -> list[Check]:
    """Hold the test metrics against what any model must reach."""
    return [
        _within("roc_auc", metrics, gate.min_roc_auc, 1),
        _within("log_loss", metrics, 0, gate.max_log_loss),
        _within("calibration_slope", metrics, gate.min_calibration_slope, gate.max_calibration_slope),
    ]


def common_rows(rows: pd.DataFrame, challenger: Scorer, champion: Scorer) -> pd.DataFrame:
    """Take the test rows that neither model trained on.

    Raises ModelError when the two do not read the same columns.
    """
    if champion.decision["columns"] != challenger.decision["columns"]:
        raise ModelError("champion and challenger read different columns")
    splits = [model.decision["split"] for model in (challenger, champion)]
    unseen = np.logical_and.reduce([is_test(rows, int(one["seed"]), float(one["test_share"])) for one in splits])
    common: pd.DataFrame = rows.loc[unseen]
    return common


def _duel(
    challenger: Scorer,
    champion: Scorer,
    rows: pd.DataFrame,
    gate: Gate,
    campaign: Campaign,
    names: dict[str, str | None],
) -> Verdict:
    """Let the newest period decide, unless both say the same of everybody: then nothing can get worse."""
    voting = common_rows(rows[rows["period"].eq(rows["period"].max())], challenger, champion)
    if refusal := _not_judged(voting, gate):
        return Verdict(state="unknown", reason=refusal, rows=len(voting), **names)
    if agree(rows, challenger, champion):
        reason = "the champion's probabilities in every test row; only the decision upon them differs"
        return Verdict(state="pass", reason=reason, rows=len(voting), **names)
    done = compare(voting, challenger, champion, gate, campaign)
    return _sum_up(done, len(voting), f"{len(voting):,} rows that neither trained on", names)


def _looking_back(
    challenger: Scorer, champion: Scorer, rows: pd.DataFrame, gate: Gate, campaign: Campaign
) -> list[Check]:
    """Compare the two on the periods before the newest, where there are such rows and they can be judged."""
    older = common_rows(rows[rows["period"].lt(rows["period"].max())], challenger, champion)
    return [] if _not_judged(older, gate) else compare(older, challenger, champion, gate, campaign)


def _not_judged(rows: pd.DataFrame, gate: Gate) -> str | None:
    if len(rows) < gate.min_rows:
        return f"{len(rows)} rows that neither model trained on are too few; {gate.min_rows} are needed"
    if rows[contract.TARGET].nunique() < len({contract.POSITIVE, contract.NEGATIVE}):
        return "the rows that neither model trained on have one outcome only"
    if rows[columns.names("number", "flag")].isna().any(axis=None):
        return "the rows that neither model trained on lack numbers"
    return None


def _sum_up(checks: list[Check], rows: int, on: str, names: dict[str, str | None]) -> Verdict:
    missed = [check for check in checks if not check.met]
    state = "unknown" if any(check.value is None for check in missed) else "fail" if missed else "pass"
    said = "; ".join(f"{check.name} {check.words} is not {check.bound}" for check in missed)
    return Verdict(state=state, reason=said or f"shown on {on}", rows=rows, checks=checks, **names)


def _within(name: str, metrics: dict[str, Any], low: float, high: float) -> Check:
    found = metrics.get(name)
    value = found.get("value") if isinstance(found, dict) else None
    if not isinstance(value, int | float) or not math.isfinite(value):
        return Check(name=name, value=None, bound=f"{low:g} to {high:g}", met=False)
    return Check(name=name, value=value, bound=f"{low:g} to {high:g}", met=low <= value <= high)
