"""May the challenger take the champion's place? Yes only when shown; whatever cannot be shown is unknown."""

from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from churn import columns, contract, table
from churn.campaign import offer_value
from churn.errors import ModelError
from churn.params import Campaign, Gate
from churn.scoring.scorer import Scorer
from churn.steps.prepare.split import is_test

DIGITS = 6
TINY = 1e-15


class Check(BaseModel):
    """One thing asked of a challenger: `value` against `bound`; `low` and `high` are its interval, if it has one."""

    model_config = ConfigDict(frozen=True)

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    bound: str
    met: bool


class Verdict(BaseModel):
    """What the gate says of one challenger against one champion (None: there was none)."""

    model_config = ConfigDict(frozen=True)

    state: Literal["pass", "fail", "unknown"]
    reason: str
    challenger: str
    champion: str | None
    rows: int = 0
    checks: list[Check] = []
    regression: list[Check] = []
    """How the challenger does on the whole test table and on its older periods: a report, without a vote."""


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
    auc, loss, slope = (_figure(metrics, name) for name in ("roc_auc", "log_loss", "calibration_slope"))
    low, high = gate.min_calibration_slope, gate.max_calibration_slope
    return [
        Check(
            name="roc_auc", value=auc, bound=f">= {gate.min_roc_auc}", met=auc is not None and auc >= gate.min_roc_auc
        ),
        Check(
            name="log_loss",
            value=loss,
            bound=f"<= {gate.max_log_loss}",
            met=loss is not None and loss <= gate.max_log_loss,
        ),
        Check(
            name="calibration_slope",
            value=slope,
            bound=f"{low} to {high}",
            met=slope is not None and low <= slope <= high,
        ),
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


def compare(rows: pd.DataFrame, challenger: Scorer, champion: Scorer, gate: Gate, campaign: Campaign) -> list[Check]:
    """Bootstrap the paired gain of the challenger: log loss, and profit per 1,000 customers of the offer rule."""
    scores = [model.probabilities(rows) for model in (challenger, champion)]
    if not np.isfinite(scores).all():
        raise ModelError("some customers got no probability")
    outcome = table.outcome(rows)
    new, old = (_losses(one, outcome) for one in scores)
    earned, before = (_profits(one, rows, outcome, campaign) for one in scores)
    loss, profit = _interval(old - new, gate), _interval(1000 * (earned - before), gate)
    floor = -gate.profit_margin
    return [
        Check(name="log_loss_gain", **loss, bound="low > 0", met=loss["low"] > 0),
        Check(name="profit_gain_per_1000", **profit, bound=f"low > {floor:g}", met=profit["low"] > floor),
    ]


def _duel(
    challenger: Scorer,
    champion: Scorer,
    rows: pd.DataFrame,
    gate: Gate,
    campaign: Campaign,
    names: dict[str, str | None],
) -> Verdict:
    """Let the newest period decide."""
    voting = common_rows(rows[rows["period"].eq(rows["period"].max())], challenger, champion)
    if refusal := _not_judged(voting, gate):
        return Verdict(state="unknown", reason=refusal, rows=len(voting), **names)
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
    said = "; ".join(f"{check.name} {_spell(check)} is not {check.bound}" for check in missed)
    return Verdict(state=state, reason=said or f"shown on {on}", rows=rows, checks=checks, **names)


def _spell(check: Check) -> str:
    interval = f" [{check.low:g}, {check.high:g}]" if check.low is not None else ""
    return "missing" if check.value is None else f"{check.value:g}{interval}"


def _figure(metrics: dict[str, Any], name: str) -> float | None:
    found = metrics.get(name)
    value = found.get("value") if isinstance(found, dict) else None
    return float(value) if isinstance(value, int | float) and np.isfinite(value) else None


def _losses(churn: NDArray[np.float64], outcome: NDArray[np.int64]) -> NDArray[np.float64]:
    right = np.where(outcome == 1, churn, 1 - churn)
    return np.asarray(-np.log(np.clip(right, TINY, 1)))


def _profits(
    churn: NDArray[np.float64], rows: pd.DataFrame, outcome: NDArray[np.int64], campaign: Campaign
) -> NDArray[np.float64]:
    monthly = contract.monthly_value(rows)
    offered = offer_value(churn, monthly, campaign) > 0
    return np.where(offered, offer_value(outcome, monthly, campaign), 0.0)


def _interval(gains: NDArray[np.float64], gate: Gate) -> dict[str, float]:
    """Give the mean gain and its percentile interval, two-sided at `gate.level`; equal scores have none to draw."""
    mean = round(float(gains.mean()), DIGITS)
    if np.ptp(gains) == 0:
        return {"value": mean, "low": mean, "high": mean}
    from scipy.stats import bootstrap

    options = {"n_resamples": gate.draws, "confidence_level": gate.level, "method": "percentile", "batch": 100}
    drawn = bootstrap((gains,), np.mean, rng=np.random.default_rng(gate.seed), **options).confidence_interval
    return {"value": mean, "low": round(float(drawn.low), DIGITS), "high": round(float(drawn.high), DIGITS)}
