"""What is estimated of the newest customers before their outcomes are known."""

from dataclasses import asdict, replace
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churn import contract
from churn.lifecycle.estimated import estimated as measure
from churn.lifecycle.monitoring import refit
from churn.lifecycle.monitoring.cases import TINY
from churn.lifecycle.monitoring.features import features
from churn.lifecycle.monitoring.lost import foreseen
from churn.lifecycle.monitoring.performance import Judged, expected
from churn.lifecycle.monitoring.reading import Reading
from churn.lifecycle.monitoring.scene import Scene
from churn.lifecycle.proportions import Interval, Z
from churn.scoring.scorer import Scorer

Numbers = NDArray[np.float64]
BINS = 1000


def estimated(scene: Scene, judged: Judged | None) -> Reading:
    """Estimate log loss from the scores alone, and money from what the newest known outcomes teach.

    Without outcomes nobody can tell whether the scores are right any more, and the state is unknown.
    """
    figures = _from_scores(scene)
    scorer = scene.champion.scorer if scene.champion else None
    if scorer is None or len(scene.batch) < scene.knobs.monitor.min_rows:
        return scene.arrival("estimated", "unknown", "not judged: too few customers, or no champion", figures)
    if judged is None or judged.lacking or not len(judged.cases.rows.columns):
        why = judged.lacking if judged else "not judged: no version has outcomes"
        return scene.arrival("estimated", "unknown", f"only from the scores: {why}", figures)
    lost = _lost(scene, _as_said_now(judged, scorer), np.clip(scorer.probabilities(scene.batch), TINY, 1 - TINY))
    rate = scene.knobs.monitor.rate
    sure = lost.value - NormalDist().inv_cdf(1 - rate) / Z * (lost.value - lost.low)
    figures |= {"lost_per_1000": asdict(lost), "rate": rate}
    much = f"{lost.value:,.0f} per 1,000" if lost.value > 0 else "nothing"
    words = f"offers to the newest customers are estimated to lose {much} against better scores"
    return scene.arrival("estimated", "alarm" if sure > 0 else "ok", words, figures)


def _from_scores(scene: Scene) -> dict[str, Any]:
    said = np.array([one[0] for one in scene.seen.said])
    place, customers = np.unique(np.minimum((said * BINS).astype(int), BINS - 1), return_counts=True)
    found = measure((place + 0.5) / BINS, customers.astype(float))
    told = {name: one and asdict(one) for name, one in (
        ("log_loss", found.log_loss), ("roc_auc", found.roc_auc), ("churn_rate", found.churn_rate))}  # fmt: skip
    usual = expected(scene.champion, "log_loss") if scene.champion else None
    return {"customers": found.customers, **told, "expected": usual, "lost_per_1000": None}


def _as_said_now(judged: Judged, scorer: Scorer) -> Judged:
    """Give what the champion says of the customers whose outcome is known: another version's mistakes are not its."""
    if judged.scene.champion is None or judged.scene.champion.version == judged.version:
        return judged
    return replace(judged, cases=replace(judged.cases, probability=scorer.probabilities(judged.cases.rows)))


def _lost(scene: Scene, judged: Judged, said: Numbers) -> Interval:
    """Carry what the newest outcomes teach to the newest customers.

    A choice made by fitted scores looks better than it is; by how much is measured where the outcome is known.
    """
    cases, batch, money = judged.cases, scene.batch, scene.knobs.campaign
    both = features(
        pd.concat([cases.rows[list(batch.columns.intersection(cases.rows.columns))], batch], ignore_index=True)
    )
    odds = np.concatenate([cases.odds, np.log(said) - np.log1p(-said)])
    known = np.column_stack([both, odds])
    fitted = refit.fit(known[: len(cases)], cases.outcome, cases.weight)
    right = refit.chances(known @ fitted)
    flattery = foreseen(cases.probability, right[: len(cases)], cases.monthly, money) - judged.lost.value
    monthly = np.asarray(contract.monthly_value(batch), float)
    value = foreseen(said, right[len(cases) :], monthly, money) - flattery
    return Interval(
        value, value - (judged.lost.value - judged.lost.low), value + (judged.lost.high - judged.lost.value)
    )
