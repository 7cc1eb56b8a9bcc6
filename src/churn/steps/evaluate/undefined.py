"""Which metrics some customers cannot answer, and why: such a metric has no value, never a made-up number."""

from collections.abc import Iterable

import numpy as np

from churn.steps.evaluate.scored import Scored

RANKING = ("roc_auc", "pr_auc", "top_decile_lift")
SLOPE = ("calibration_intercept", "calibration_slope")
FEW = 10
"""With fewer customers of one outcome than this, resampling says nothing of the world."""


def undefined(judged: Scored, names: Iterable[str]) -> dict[str, str]:
    """Give the reason for each of these metrics that has no value."""
    if why := unusable(judged):
        return dict.fromkeys(names, why)
    found: dict[str, str] = {}
    if why := _one_outcome(judged):
        found |= dict.fromkeys([*RANKING, *SLOPE], why)
    elif why := _no_slope(judged):
        found |= dict.fromkeys(SLOPE, why)
    for rule, above in (("at_half", 0.5), ("at_threshold", judged.threshold)):
        if not (judged.churn > above).any():
            found[f"precision_{rule}"] = f"no probability is above {above:g}"
        if not judged.outcome.any():
            found |= dict.fromkeys([f"recall_{rule}", f"f1_{rule}"], "nobody left")
    return found


def without_interval(judged: Scored) -> str:
    """Say why values have no interval; nothing if they have."""
    if why := unusable(judged):
        return why
    rarer = int(min(judged.outcome.sum(), (1 - judged.outcome).sum()))
    return f"only {rarer} customers of one outcome, an interval needs {FEW}" if rarer < FEW else ""


def unusable(judged: Scored) -> str:
    """Say why nothing at all can be measured on these customers; nothing if something can."""
    if not len(judged):
        return "there are no customers"
    if not (judged.weight > 0).all():
        return "weights are not all above zero"
    lost = int((~np.isfinite(judged.churn + judged.monthly + judged.outcome)).sum())
    return f"{lost} of {len(judged)} customers have no probability, outcome or monthly value" if lost else ""


def _one_outcome(judged: Scored) -> str:
    return "all customers have the same outcome" if len(np.unique(judged.outcome)) == 1 else ""


def _no_slope(judged: Scored) -> str:
    left, stayed = judged.churn[judged.outcome == 1], judged.churn[judged.outcome == 0]
    if np.ptp(judged.churn) == 0:
        return "all probabilities are equal"
    parted = left.min() >= stayed.max() or left.max() <= stayed.min()
    return "the probabilities part the outcomes without a fault" if parted else ""
