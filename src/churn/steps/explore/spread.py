"""How a number is spread: its middle, its ends, its histogram, and what lies far out."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churn.steps.explore.groups import Outcome, rounded

BANDS = 30
WHOLE = 1e9
"""Beyond such a range whole numbers are cut like others."""
QUARTILES = {"min": 0.0, "lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75, "max": 1.0}
REACH = 1.5
"""Tukey's fences stand this many interquartile ranges outside the quartiles (1977)."""


def describe(found: pd.Series) -> dict[str, Any]:
    """Give the quartiles, mean, standard deviation and skewness of the numbers that are there."""
    there = found.dropna()
    ends = {name: there.quantile(place) if len(there) else np.nan for name, place in QUARTILES.items()}
    more = {"mean": there.mean(), "sd": there.std(), "skewness": there.skew() if there.nunique() > 1 else np.nan}
    return {name: rounded(value) for name, value in (ends | more).items()}


def histogram(found: pd.Series, left: Outcome) -> dict[str, list[Any]]:
    """Count who stayed and who left in bands of equal width."""
    there = np.asarray(found.dropna(), dtype=np.float64)
    if not len(there):
        return {"edges": [], "rows": [], "churned": []}
    edges = _edges(there)
    churned = np.asarray(found[left == 1].dropna(), dtype=np.float64)
    counts = [np.histogram(part, edges)[0].tolist() for part in (there, churned)]
    return {"edges": [rounded(edge) for edge in edges], "rows": counts[0], "churned": counts[1]}


def _edges(there: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cut into bands of equal width; whole numbers into bands of equally many whole numbers."""
    low, high = float(there.min()), float(there.max())
    if high - low < WHOLE and (there == there.round()).all():
        width = max((high - low + 1) // BANDS, 1)
        return np.arange(low, high + 1 + width, width)
    return np.histogram_bin_edges(there, bins=BANDS)


def outliers(found: pd.Series) -> dict[str, Any]:
    """Count what lies outside Tukey's fences."""
    there = found.dropna()
    if there.empty:
        return {"low_fence": None, "high_fence": None, "below": 0, "above": 0}
    lower, upper = there.quantile([0.25, 0.75])
    low, high = lower - REACH * (upper - lower), upper + REACH * (upper - lower)
    counts = {"below": int((there < low).sum()), "above": int((there > high).sum())}
    return {"low_fence": rounded(low), "high_fence": rounded(high)} | counts
