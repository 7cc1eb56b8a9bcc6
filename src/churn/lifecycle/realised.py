"""How good the scores turned out to be: probabilities against what happened, where it is known."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from churn.lifecycle.proportions import Interval, Z, share

Numbers = NDArray[np.float64]
MIN_ROWS, MIN_EACH = 100, 10
"""With fewer labels, or fewer of either outcome, a figure would say more about chance than about the model."""
EDGES = np.linspace(0, 1, 11)
TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Bin:
    """Customers of about the same probability: what was said on average, and what came of it."""

    low: float
    high: float
    customers: int
    mean_probability: float
    churned: Interval


@dataclass(frozen=True, slots=True)
class Realised:
    """Figures over mature labels; all None, and `words` says why, where there are too few."""

    labelled: int
    churned: int
    words: str
    roc_auc: Interval | None = None
    log_loss: Interval | None = None
    brier: Interval | None = None
    calibration: tuple[Bin, ...] = ()


def realised(probability: Numbers, outcome: Numbers, weight: Numbers | None = None) -> Realised:
    """Measure probabilities, shape (n,), against outcomes 0/1, shape (n,), each counting `weight` times, shape (n,)."""
    weight = np.ones(len(outcome)) if weight is None else weight
    labelled, left = len(outcome), int(outcome.sum())
    if labelled < MIN_ROWS or min(left, labelled - left) < MIN_EACH:
        needed = f"at least {MIN_ROWS} labels and {MIN_EACH} of either outcome are needed"
        return Realised(labelled, left, f"too few to judge: {labelled} known, {left} of them churned; {needed}")
    safe = np.clip(probability, TINY, 1 - TINY)
    loss = -np.where(outcome == 1, np.log(safe), np.log1p(-safe))
    stands = "; who was held out stands for those who were called" if (weight != 1).any() else ""
    return Realised(
        labelled,
        left,
        f"measured on {labelled} customers whose outcome is known{stands}",
        roc_auc(probability, outcome, weight),
        _mean(loss, weight),
        _mean((probability - outcome) ** 2, weight),
        calibration(probability, outcome, weight),
    )


def roc_auc(probability: Numbers, outcome: Numbers, weight: Numbers | None = None) -> Interval:
    """Give the chance that a leaver stands above a stayer, with DeLong's interval (Biometrics 44, 1988), weighted."""
    weight = np.ones(len(outcome)) if weight is None else weight
    gone = outcome == 1
    above = _share_below(probability[gone], probability[~gone], weight[~gone])
    below = 1 - _share_below(probability[~gone], probability[gone], weight[gone])
    value = float(np.average(above, weights=weight[gone]))
    half = Z * sqrt(_variance(above, weight[gone]) + _variance(below, weight[~gone]))
    return Interval(value, max(0.0, value - half), min(1.0, value + half))


def calibration(probability: Numbers, outcome: Numbers, weight: Numbers | None = None) -> tuple[Bin, ...]:
    """Compare what was said with what happened, tenth by tenth of probability; empty tenths are left out."""
    weight = np.ones(len(outcome)) if weight is None else weight
    place = np.clip(np.digitize(probability, EDGES) - 1, 0, len(EDGES) - 2)
    return tuple(
        _bin(int(one), probability[place == one], outcome[place == one], weight[place == one])
        for one in np.unique(place)
    )


def _bin(place: int, probability: Numbers, outcome: Numbers, weight: Numbers) -> Bin:
    """Give a tenth; its interval is that of as many customers of equal weight as tell as much."""
    low, high = (round(float(edge), 1) for edge in EDGES[place : place + 2])
    said, came = (float(np.average(one, weights=weight)) for one in (probability, outcome))
    tell = float(weight.sum() ** 2 / (weight**2).sum())
    return Bin(low, high, len(outcome), said, share(came * tell, tell))


def _mean(losses: Numbers, weight: Numbers) -> Interval:
    value, half = float(np.average(losses, weights=weight)), Z * sqrt(_variance(losses, weight))
    return Interval(value, max(0.0, value - half), value + half)


def _variance(values: Numbers, weight: Numbers) -> float:
    """Give the variance of a weighted mean; with equal weights that of a plain one."""
    many, mean = len(values), np.average(values, weights=weight)
    return float((weight**2 * (values - mean) ** 2).sum() / weight.sum() ** 2 * many / (many - 1))


def _share_below(values: Numbers, others: Numbers, weight: Numbers) -> Numbers:
    """Give the share, by weight, of the others that lie below each value; those that tie count half."""
    order = np.argsort(others, kind="stable")
    ranked, summed = others[order], np.concatenate([[0.0], weight[order].cumsum()])
    low, high = (summed[np.searchsorted(ranked, values, side=side)] for side in ("left", "right"))
    return np.asarray((low + high) / 2 / summed[-1])
