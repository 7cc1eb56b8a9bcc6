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


def realised(probability: Numbers, outcome: Numbers) -> Realised:
    """Measure probabilities, shape (n,), against outcomes 0/1, shape (n,)."""
    labelled, left = len(outcome), int(outcome.sum())
    if labelled < MIN_ROWS or min(left, labelled - left) < MIN_EACH:
        needed = f"at least {MIN_ROWS} labels and {MIN_EACH} of either outcome are needed"
        return Realised(labelled, left, f"too few to judge: {labelled} known, {left} of them churned; {needed}")
    safe = np.clip(probability, TINY, 1 - TINY)
    loss = -np.where(outcome == 1, np.log(safe), np.log1p(-safe))
    return Realised(
        labelled,
        left,
        f"measured on {labelled} customers whose outcome is known",
        roc_auc(probability, outcome),
        _mean(loss),
        _mean((probability - outcome) ** 2),
        calibration(probability, outcome),
    )


def roc_auc(probability: Numbers, outcome: Numbers) -> Interval:
    """Give the chance that a leaver stands above a stayer, with DeLong's interval (Biometrics 44, 1988)."""
    left, stayed = probability[outcome == 1], probability[outcome == 0]
    ranks = _midranks(np.concatenate([left, stayed]))
    above = (ranks[: len(left)] - _midranks(left)) / len(stayed)
    below = 1 - (ranks[len(left) :] - _midranks(stayed)) / len(left)
    value = float(above.mean())
    half = Z * sqrt(above.var(ddof=1) / len(left) + below.var(ddof=1) / len(stayed))
    return Interval(value, max(0.0, value - half), min(1.0, value + half))


def calibration(probability: Numbers, outcome: Numbers) -> tuple[Bin, ...]:
    """Compare what was said with what happened, tenth by tenth of probability; empty tenths are left out."""
    place = np.clip(np.digitize(probability, EDGES) - 1, 0, len(EDGES) - 2)
    return tuple(_bin(int(one), probability[place == one], outcome[place == one]) for one in np.unique(place))


def _bin(place: int, probability: Numbers, outcome: Numbers) -> Bin:
    low, high = (round(float(edge), 1) for edge in EDGES[place : place + 2])
    return Bin(low, high, len(outcome), float(probability.mean()), share(int(outcome.sum()), len(outcome)))


def _mean(losses: Numbers) -> Interval:
    value, half = float(losses.mean()), Z * float(losses.std(ddof=1)) / sqrt(len(losses))
    return Interval(value, max(0.0, value - half), value + half)


def _midranks(values: Numbers) -> Numbers:
    """Rank from 1, those that tie sharing the mean of their ranks."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((count.cumsum() - (count - 1) / 2)[place], dtype=np.float64)
