"""A bound on a mean that holds at every look: monitoring looks each day, and must not be fooled by looking often.

Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, Time-uniform central limit theory and asymptotic confidence sequences
(Annals of Statistics 52, 2024), one-sided.
"""

from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
TIGHT = 1500
"""Customers at which the bound is tightest."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A weighted mean, and what it does not lie above, but for a chance of `risk` over all looks together."""

    value: float
    high: float
    risk: float


def bound(values: Numbers, weight: Numbers, risk: float) -> Bound:
    """Bound a weighted mean from above; at least two values."""
    many, total = len(values), float(weight.sum())
    value = float((values * weight).sum()) / total
    spread = float((weight * (values - value) * many / total).std(ddof=1))
    return Bound(value, value + spread * _width(many, risk), risk)


def _width(many: int, risk: float) -> float:
    scale = (-2 * log(2 * risk) + log(-2 * log(2 * risk)) + 1) / TIGHT
    grown = many * scale + 1
    return sqrt(2 * grown / (many * many * scale) * log(1 + sqrt(grown) / (2 * risk)))
