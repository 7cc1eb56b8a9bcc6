"""The whole evaluation as it stands in evaluation.json; the page shows this, and the curves."""

from typing import Any

import numpy as np
import pandas as pd

from churn import contract
from churn.params.evaluate import Evaluate
from churn.steps.evaluate.curves import confusion_counts
from churn.steps.evaluate.effects import Predict, effects
from churn.steps.evaluate.evaluate import Evaluation
from churn.steps.evaluate.fairness import fairness, groups, titles
from churn.steps.evaluate.intervals import Interval
from churn.steps.evaluate.offers import by_price
from churn.steps.evaluate.rates import mean, portion
from churn.steps.evaluate.scored import Scored
from churn.steps.evaluate.undefined import unusable

Told = dict[str, Any]

BARS = 25
RANKED = ("roc_auc", "log_loss", "calibration_intercept")
"""What stands of a group in segments.json already, and is shown beside its rates."""


def tell(
    rows: pd.DataFrame, done: Evaluation, segments: Told, predict: Predict, explanation: Told | None, knobs: Evaluate
) -> Told:
    """Collect the evaluation; `predict` gives probabilities for rows like these, `explanation` travels with the model.

    What cannot be told is None or empty, with the reason in `reason` or `unknown_segments`.
    """
    judged = done.measured.judged
    found, missing = groups(rows, judged, knobs)
    return {
        "reason": unusable(judged),
        "target": contract.TARGET,
        "positive": contract.POSITIVE,
        "metrics": done.metrics,
        "campaign": judged.campaign.model_dump(),
        "confusion": None if unusable(judged) else confusion_counts(judged).tolist(),
        "scores": _scores(judged),
        "accuracy": _accuracy(judged, done.measured.metrics["accuracy_at_half"], knobs.min_group),
        "titles": titles(),
        "unknown_segments": missing,
        "min_group": knobs.min_group,
        "groups": [
            one.plain() | _ranked(segments, segment, one.name) for segment, members in found.items() for one in members
        ],
        "fairness": fairness(found),
        "effects": effects(rows, judged, predict, explanation, knobs),
        "offers": by_price(judged, done.measured.metrics, knobs),
    }


def _scores(judged: Scored) -> Told | None:
    if unusable(judged):
        return None
    edges = np.linspace(0, 1, BARS + 1)
    parts = {"stayed": judged.churn[judged.outcome == 0], "left": judged.churn[judged.outcome == 1]}
    counts = {name: np.histogram(part, edges)[0].tolist() for name, part in parts.items()}
    return {"edges": edges.round(6).tolist()} | counts


def _accuracy(judged: Scored, at_half: Interval, least: int) -> Told:
    """Set the accuracy beside what is expected of an oracle who knows these probabilities to be the true ones."""
    if why := unusable(judged):
        unknown = Interval(None, reason=why).plain()
        return {"at_half": at_half.plain(), "expected_at_most": unknown, "nobody_leaves": unknown}
    weight = judged.weight
    return {
        "at_half": at_half.plain(),
        "expected_at_most": mean(np.maximum(judged.churn, 1 - judged.churn), least, weight).plain(),
        "nobody_leaves": portion(judged.outcome == 0, weight > 0, weight, least, "nobody is there").plain(),
    }


def _ranked(segments: Told, segment: str, group: str) -> Told:
    measured = segments.get(segment, {}).get(group, {})
    return {name: measured.get(name) for name in RANKED}
