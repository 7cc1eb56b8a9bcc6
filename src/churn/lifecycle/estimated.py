"""How good the scores are before any outcome is known, if their probabilities are right."""

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray

from churn.lifecycle.proportions import Interval, Z
from churn.lifecycle.realised import MIN_EACH, MIN_ROWS, TINY

Numbers = NDArray[np.float64]
SAYS = (
    "scores alone, before outcomes are known; it holds as far as the probabilities are calibrated and nobody is called"
)


@dataclass(frozen=True, slots=True)
class Estimated:
    """What would be measured if the probabilities are right; all None, and `words` says why, where there are too few.

    An interval holds 95 of 100 measurements on these very customers: only who leaves is left to chance.
    """

    customers: int
    words: str
    roc_auc: Interval | None = None
    log_loss: Interval | None = None
    brier: Interval | None = None
    churn_rate: Interval | None = None


def estimated(probability: Numbers, customers: Numbers) -> Estimated:
    """Estimate from distinct probabilities, ascending, shape (n,), and how many customers have each, shape (n,)."""
    many = int(customers.sum())
    leavers = float(probability @ customers)
    if many < MIN_ROWS or min(leavers, many - leavers) < MIN_EACH:
        needed = f"{MIN_ROWS} customers, and {MIN_EACH} expected to leave and to stay, are needed"
        return Estimated(many, f"not estimated: {many} scored, {leavers:.0f} of them expected to leave; {needed}")
    chance = np.clip(probability, TINY, 1 - TINY)
    left, stayed = -np.log(chance), -np.log1p(-chance)
    return Estimated(
        many,
        f"estimated from {many} {SAYS}",
        _roc_auc(chance, customers),
        _mean(chance, customers, left, stayed, most=inf),
        _mean(chance, customers, (1 - chance) ** 2, chance**2),
        _mean(chance, customers, np.ones_like(chance), np.zeros_like(chance)),
    )


def _mean(chance: Numbers, customers: Numbers, left: Numbers, stayed: Numbers, most: float = 1.0) -> Interval:
    """Average a loss that is `left` for who leaves and `stayed` for who stays; its variance is that of the coins."""
    many = customers.sum()
    value = float((chance * left + (1 - chance) * stayed) @ customers / many)
    return _interval(value, float((chance * (1 - chance) * (left - stayed) ** 2) @ customers) / float(many) ** 2, most)


def _roc_auc(chance: Numbers, customers: Numbers) -> Interval:
    """Give the share of pairs of a leaver and a stayer in which the leaver stands above; ties count half.

    The interval is by the delta method: how far the share moves when one customer leaves or stays.
    """
    leavers, stayers = customers * chance, customers * (1 - chance)
    below = stayers.cumsum() - stayers
    above = leavers.sum() - leavers.cumsum()
    within = (customers - 1) * chance * (1 - chance) * customers / 2
    pairs = leavers.sum() * stayers.sum() - float((chance * (1 - chance)) @ customers)
    value = float((leavers @ below + within.sum()) / pairs)
    beside = (customers - 1) / 2
    if_left, if_stayed = below + beside * (1 - chance), above + beside * chance
    moved = (if_left - if_stayed - value * (stayers.sum() - leavers.sum())) / pairs
    return _interval(value, float((chance * (1 - chance) * moved**2) @ customers))


def _interval(value: float, variance: float, most: float = 1.0) -> Interval:
    half = Z * sqrt(variance)
    return Interval(value, max(0.0, value - half), min(most, value + half))
