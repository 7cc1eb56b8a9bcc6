"""May the challenger take the champion's place? Yes only when shown; whatever cannot be shown is unknown."""

from typing import Any

import numpy as np
import pandas as pd

from churn import columns, contract
from churn.errors import ChurnError, ModelError
from churn.lifecycle.comparison import compare
from churn.lifecycle.duel import Chosen, Duel, duel
from churn.lifecycle.floors import check_calibration, check_floors
from churn.lifecycle.moving import migrate
from churn.lifecycle.noninferiority import UNTOLD
from churn.lifecycle.segment_floors import check_segments, worst
from churn.lifecycle.verdict import FORMAT, Check, Rule, Verdict, rule
from churn.params.campaign import Campaign
from churn.params.gate import Gate
from churn.scoring.scorer import Scorer
from churn.steps.evaluate.scored import effective
from churn.steps.prepare.split import is_test


def judge(
    challenger: Scorer,
    champion: Scorer | None,
    metrics: dict[str, Any],
    rows: pd.DataFrame,
    gate: Gate,
    campaign: Campaign,
    newer: Check = UNTOLD,
) -> Verdict:
    """Judge a first model by its test `metrics`, a later one against the champion on rows that neither trained on.

    `newer` says whether the challenger learnt from newer data, which the rule of refreshing asks.
    """
    base = _unjudged(challenger, champion)
    if champion and champion.digest == challenger.digest:
        return _say(base, Rule(reason="this model is the champion, and its verdict was not kept"))
    try:
        if refusal := _not_comparable(metrics, challenger, rows):
            return _say(base, Rule(reason=refusal))
        floors = check_floors(metrics, rows, challenger.probabilities(rows), gate)
        if champion is None:
            return _say(base, rule(floors, "the first model"))
        common = common_rows(rows, challenger, champion)
        tiers = [model.decision["tiers"] for model in (champion, challenger)]
        base = base.model_copy(update={"regression": floors})
        return _judge(base, duel(rows, challenger, champion), common, tiers, gate, campaign, newer)
    except Exception as fault:  # noqa: BLE001  whatever stops the judging, it did not pass
        kind = "" if isinstance(fault, ChurnError) else f"{type(fault).__name__}: "
        return _say(base, Rule(reason=f"could not be judged: {kind}{fault}"))


def weigh(met: Duel, gate: Gate, campaign: Campaign, newer: Check) -> dict[str, Any]:
    """Ask both rules on customers that neither model trained on; give the parts of a verdict they settle."""
    better, no_worse = compare(met, gate, campaign)
    segments = check_segments(met, gate)
    floors = [*check_calibration(met, gate), *worst(segments)]
    on = f"{len(met.rows):,} rows that neither trained on"
    shown = rule([*better, *floors], on)
    told = {"state": shown.state, "reason": shown.reason, "checks": shown.checks, "segments": segments}
    return told | {"refresh": rule([newer, *no_worse, *floors], on)}


def common_rows(rows: pd.DataFrame, challenger: Scorer, champion: Scorer) -> Chosen:
    """Tell which test rows neither model trained on, shape (n,).

    Raises ModelError when the two do not read the same columns.
    """
    if champion.decision["columns"] != challenger.decision["columns"]:
        raise ModelError("champion and challenger read different columns")
    splits = [model.decision["split"] for model in (challenger, champion)]
    unseen: Chosen = np.logical_and.reduce(
        [is_test(rows, int(one["seed"]), float(one["test_share"])) for one in splits]
    )
    return unseen


def _judge(
    base: Verdict,
    met: Duel,
    common: Chosen,
    tiers: list[dict[str, float]],
    gate: Gate,
    campaign: Campaign,
    newer: Check,
) -> Verdict:
    """Let the newest period decide, unless both say the same of everybody: then nothing can get worse."""
    newest = met.rows["period"].eq(met.rows["period"].max()).to_numpy()
    voting, older = met.where(common & newest), met.where(common & ~newest)
    looking_back = [] if _not_judged(older, gate) else compare(older, gate, campaign)[0]
    base = base.model_copy(
        update={
            "rows": len(voting.rows),
            "regression": [*base.regression, *looking_back],
            "migration": {"common": migrate(met.where(common), *tiers), "test": migrate(met, *tiers)},
        }
    )
    if refusal := _not_judged(voting, gate):
        return _say(base, Rule(reason=refusal))
    if met.agreed:
        same = "the champion's probabilities in every test row; only the decision upon them differs"
        return _say(base, Rule(state="pass", reason=same))
    return base.model_copy(update=weigh(voting, gate, campaign, newer))


def _unjudged(challenger: Scorer, champion: Scorer | None) -> Verdict:
    names = {"challenger": challenger.digest, "champion": champion.digest if champion else None}
    return Verdict(format=FORMAT, state="unknown", reason="not judged", **names)


def _say(base: Verdict, found: Rule) -> Verdict:
    return base.model_copy(update={"state": found.state, "reason": found.reason, "checks": found.checks})


def _not_comparable(metrics: dict[str, Any], challenger: Scorer, rows: pd.DataFrame) -> str | None:
    if metrics.get("model") != challenger.digest:
        return "the test metrics are of another model; run `dvc repro`"
    told = [contract.NEGATIVE, contract.POSITIVE]
    if not rows[contract.TARGET].isin(told).all():
        return f"some outcomes of the test rows are neither {' nor '.join(told)}; run `dvc repro`"
    return None


def _not_judged(met: Duel, gate: Gate) -> str | None:
    if len(met.rows) < gate.min_rows:
        return f"{len(met.rows)} rows that neither model trained on are too few; {gate.min_rows} are needed"
    if (told := effective(met.weight)) < gate.min_rows:
        weighed = f"{len(met.rows)} rows that neither model trained on, some standing for several customers"
        return f"{weighed}, tell no more than {told:.0f}, too few; {gate.min_rows} are needed"
    if len(np.unique(met.outcome)) < len({contract.POSITIVE, contract.NEGATIVE}):
        return "the rows that neither model trained on have one outcome only"
    if not np.isfinite(met.rows[columns.names("number", "flag")].to_numpy(float)).all():
        return "the rows that neither model trained on lack numbers"
    return None
