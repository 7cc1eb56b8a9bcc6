"""Every metric of one set of customers, as scikit-learn defines it, in a few sums."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

from churn.steps.evaluate import formulas
from churn.steps.evaluate.scored import Numbers, Scored, earned, gaps, grades, total

Metrics = dict[str, Callable[[], Any]]

Cells = Callable[[], tuple[Numbers, Numbers, Numbers]]

EDGE = 1e-6
"""Log odds are finite because probabilities are moved this far from 0 and 1."""


def points(judged: Scored, bins: int) -> Metrics:
    """Give every metric by name, to be called where it is defined."""
    at_half = _labels(judged, 0.5, "at_half")
    at_threshold = _labels(judged, judged.threshold, "at_threshold")
    known = cache(partial(cells, judged))
    return _ranking(known) | _probabilities(judged, known, bins) | at_half | at_threshold | _profits(judged)


def log_odds(churn: Numbers) -> Numbers:
    """Turn probabilities into log odds."""
    inside = np.clip(churn, EDGE, 1 - EDGE)
    return np.asarray(np.log(inside / (1 - inside)))


def cells(judged: Scored) -> tuple[Numbers, Numbers, Numbers]:
    """Give, by rising distinct probability, the probability (cells,) and the weight that left and stayed (1, cells)."""
    cell = grades(judged.churn, len(judged))
    churn = np.empty(int(cell.max()) + 1)
    churn[cell] = judged.churn
    left = total(cell, judged.weight * judged.outcome)
    stayed = total(cell, judged.weight * (1 - judged.outcome))
    return churn, left[None], stayed[None]


def by_chance(judged: Scored, bins: int) -> float:
    """Expect the calibration error of a faultless model on as many customers: noise alone makes some."""
    noise = total(grades(judged.churn, bins), judged.weight**2 * judged.churn * (1 - judged.churn))
    return float(np.sqrt(noise * 2 / np.pi).sum() / judged.weight.sum())


def _ranking(known: Cells) -> Metrics:
    return {
        "roc_auc": lambda: formulas.roc_auc(*known()[1:])[0],
        "pr_auc": lambda: formulas.pr_auc(*known()[1:])[0],
        "top_decile_lift": lambda: formulas.lift(*known()[1:])[0],
    }


def _probabilities(judged: Scored, known: Cells, bins: int) -> Metrics:
    weight = judged.weight
    return {
        "log_loss": lambda: np.average(surprise(judged), weights=weight),
        "brier": lambda: np.average((judged.churn - judged.outcome) ** 2, weights=weight),
        "calibration_intercept": lambda: _recalibration(known)[0],
        "calibration_slope": lambda: _recalibration(known)[1],
        "calibration_error": partial(_calibration_error, judged, bins),
    }


def surprise(judged: Scored) -> Numbers:
    """Give each customer's log loss, shape (n,)."""
    sure = np.clip(np.where(judged.outcome == 1, judged.churn, 1 - judged.churn), np.finfo(float).eps, 1)
    return np.asarray(-np.log(sure))


def _recalibration(known: Cells) -> tuple[float, float]:
    churn, left, stayed = known()
    intercept, slope = formulas.recalibration(log_odds(churn), left, stayed)
    return intercept[0], slope[0]


def _calibration_error(judged: Scored, bins: int) -> float:
    gap = total(grades(judged.churn, bins), judged.weight * (judged.churn - judged.outcome))
    return float(np.abs(gap).sum() / judged.weight.sum())


def _labels(judged: Scored, above: float, name: str) -> Metrics:
    flagged, weight = (judged.churn > above).astype(float), judged.weight
    hit, named, left = (float(weight @ chosen) for chosen in (flagged * judged.outcome, flagged, judged.outcome))
    return {
        f"accuracy_{name}": partial(np.average, flagged == judged.outcome, weights=weight),
        f"precision_{name}": lambda: hit / named if named else 0.0,
        f"recall_{name}": lambda: hit / left if left else 0.0,
        f"f1_{name}": lambda: 2 * hit / (named + left) if named + left else 0.0,
    }


def _profits(judged: Scored) -> Metrics:
    by_rule = earned(judged)
    each = {f"profit_per_1000_{rule}": profit for rule, profit in by_rule.items()} | gaps(by_rule)
    return {name: partial(np.average, profit, weights=judged.weight) for name, profit in each.items()}
