"""Means over many resamplings of the same customers, drawn once so that all of them are paired.

Up to GRAIN customers are resampled one by one. More are dealt at random into GRAIN blocks and blocks are resampled:
customers are independent, so the spread is the same, and a draw costs no more on a large table.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from churn.params.gate import Gate

Numbers = NDArray[np.float64]
GRAIN, DIGITS = 2000, 6


@dataclass(frozen=True)
class Interval:
    """A figure and the ends of its interval, rounded so that its bytes are stable."""

    value: float
    low: float
    high: float


def interval(value: float, low: float, high: float) -> Interval:
    """Round a figure and its ends."""
    return Interval(*(round(float(one), DIGITS) + 0.0 for one in (value, low, high)))


def intervals(values: Numbers, among: Numbers, level: float, gate: Gate) -> list[Interval]:
    """Give the mean of each column with its percentile interval, two-sided at `level`.

    `values` and `among` have shape (rows, columns); a row counts in a column where `among` is 1, not where it is 0.
    """
    block = np.random.default_rng(gate.seed).permutation(len(values)) % GRAIN
    times = _times(int(block.max()) + 1, gate.draws, gate.seed)
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = (times @ _summed(block, values * among)) / (times @ _summed(block, among))
    mean = (values * among).sum(0) / among.sum(0)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return [interval(*ends) for ends in zip(mean, low, high, strict=True)]


@lru_cache(maxsize=2)
def _times(blocks: int, draws: int, seed: int) -> Numbers:
    """Say how often each block was drawn, shape (draws, blocks)."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(blocks, np.full(blocks, 1 / blocks), size=draws).astype(float)


def _summed(block: NDArray[np.int64], values: Numbers) -> Numbers:
    many = int(block.max()) + 1
    return np.stack([np.bincount(block, column, many) for column in values.T], axis=1)
