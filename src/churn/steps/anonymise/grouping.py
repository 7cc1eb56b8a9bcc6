"""Groups of customers that are much alike, none smaller than asked."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churn import columns

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


def group(points: Numbers, least: int) -> list[Places]:
    """Cut customers, spelt as points, in two again and again along what differs most; give each group's places.

    Every row is in one group, and every group has at least `least` rows.
    """
    waiting: list[Places] = [np.arange(len(points))]
    done: list[Places] = []
    while waiting:
        here = waiting.pop()
        halves = _halves(points[here], least)
        if halves is None:
            done += np.array_split(here, max(1, len(here) // least))  # these are alike: any part of them will do
        else:
            waiting += [here[halves], here[~halves]]
    return done


def coded(rows: pd.DataFrame) -> Numbers:
    """Spell customers as points: numbers in standard deviations, a category as a place of its own; shape (n, d)."""
    numbers = rows[columns.names("number")].to_numpy(float)
    spread = numbers.std(0)
    scaled = (numbers - numbers.mean(0)) / np.where(spread > 0, spread, 1.0)
    named = pd.get_dummies(rows[columns.names("flag", "category")].astype("category"), dtype=float)
    return np.hstack([scaled, named.to_numpy()])


def _halves(points: Numbers, least: int) -> NDArray[np.bool_] | None:
    """Tell who goes to the one side, shape (n,), by what differs most; None where no side would be large enough."""
    if len(points) < 2 * least:
        return None
    spread = points.var(0)
    by_spread = (points[:, place] for place in np.argsort(-spread, kind="stable") if spread[place] > 0)
    return next((side for values in by_spread if (side := _evenly(values, least)) is not None), None)


def _evenly(values: Numbers, least: int) -> NDArray[np.bool_] | None:
    """Cut between two values, as evenly as they allow."""
    bounds = np.unique(values)
    below = np.searchsorted(np.sort(values), bounds)
    fits = (below >= least) & (below <= len(values) - least)
    if not fits.any():
        return None
    most_even = np.abs(below[fits] - len(values) / 2).argmin()
    side: NDArray[np.bool_] = values < bounds[fits][most_even]
    return side
