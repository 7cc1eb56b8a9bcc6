"""Evidently's distances between some rows of a table and all its others, on counts and for many choices at a time."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churn.columns import Column
from churn.params.drift import Drift

Picked = NDArray[np.bool_]
"""Shape (rows, draws): which rows are the batch; the others are the reference."""
Floats = NDArray[np.float64]

LEAST_SPREAD = 0.001
"""Evidently divides by no smaller standard deviation."""


class Distance(Protocol):
    """The distance of one column."""

    def __call__(self, picked: Picked) -> Floats:
        """Give the distance for each draw, shape (draws,)."""


@dataclass(frozen=True)
class Marks:
    """The rows in the order of their codes, and where each code starts."""

    order: NDArray[np.intp]
    starts: NDArray[np.intp]


@dataclass(frozen=True)
class Numbers:
    """Wasserstein's distance in standard deviations of the reference; rows without a number belong to neither side.

    `values` are those of the marks, rising.
    """

    marks: Marks
    values: Floats

    def __call__(self, picked: Picked) -> Floats:
        """Integrate the gap between the two distribution functions over the values."""
        before, after = (side / side.sum(axis=0) for side in sides(self.marks, picked))
        apart = np.abs(np.cumsum(after - before, axis=0)[:-1])
        return np.asarray(_along(np.diff(self.values), apart) / self._spread(before))

    def _spread(self, shares: Floats) -> Floats:
        centred = self.values - self.values.mean()
        variance = _along(centred**2, shares) - _along(centred, shares) ** 2
        return np.maximum(np.sqrt(np.maximum(variance, 0)), LEAST_SPREAD)


@dataclass(frozen=True)
class Categories:
    """A distance between the shares of the values; rows without a value belong to neither side."""

    marks: Marks
    method: str

    def __call__(self, picked: Picked) -> Floats:
        """Count the values on both sides and compare their shares."""
        before, after = (side / side.sum(axis=0) for side in sides(self.marks, picked))
        return hellinger(before, after) if self.method == "hellinger" else jensen_shannon(before, after)


def distance(cells: pd.Series, column: Column, drift: Drift, knots: int | None = None) -> Distance:
    """Prepare the distance of a column's cells, as `pair.cells` gives them.

    With `knots` a number's distribution functions are compared at no more than twice so many values: quantiles and
    equal steps of the range, for crowds and for tails. That is fast, and off by less than the draws can tell.
    """
    if column.kind != "number":
        return Categories(mark(np.asarray(pd.factorize(cells)[0], dtype=np.int64)), drift.category.method)
    numbers = cells.to_numpy()
    values = np.unique(numbers[~np.isnan(numbers)])
    if knots and len(values) > 2 * knots:
        values = _knots(numbers[~np.isnan(numbers)], knots)
    codes = np.where(np.isnan(numbers), -1, np.searchsorted(values, numbers))
    return Numbers(mark(codes.astype(np.int64)), values[np.unique(codes[codes >= 0])])


def mark(codes: NDArray[np.int64]) -> Marks:
    """Sort the rows by their code; a negative code is none."""
    order = np.argsort(codes, kind="stable")[int((codes < 0).sum()) :]
    return Marks(order, np.flatnonzero(np.diff(codes[order], prepend=-1)))


def sides(marks: Marks, picked: Picked) -> tuple[Floats, Floats]:
    """Count the rows of each code in the reference and in the batch, each of shape (codes, draws)."""
    everybody = np.diff(marks.starts, append=len(marks.order))[:, None]
    batch = np.add.reduceat(picked[marks.order], marks.starts, axis=0, dtype=np.int32)
    return (everybody - batch).astype(np.float64), batch.astype(np.float64)


def _knots(numbers: Floats, knots: int) -> Floats:
    crowds = np.quantile(numbers, np.linspace(0, 1, knots), method="inverted_cdf")
    return np.unique([*crowds, *np.linspace(numbers.min(), numbers.max(), knots)])


def _along(weights: Floats, each: NDArray[np.float64] | Picked) -> Floats:
    """Sum each draw's rows with these weights; not by BLAS, whose threads wait for one another on a busy machine."""
    return np.asarray(np.einsum("r,rd->d", weights, each))


def jensen_shannon(before: Floats, after: Floats) -> Floats:
    """Compare shares along the first axis, in natural logarithms."""
    middle = (before + after) / 2
    return np.asarray(np.sqrt(np.maximum(_entropy(before, middle) + _entropy(after, middle), 0) / 2))


def _entropy(shares: Floats, middle: Floats) -> Floats:
    ratio = np.divide(shares, middle, out=np.ones_like(shares), where=shares > 0)
    return np.asarray((shares * np.log(ratio)).sum(axis=0))


def hellinger(before: Floats, after: Floats) -> Floats:
    """Compare shares along the first axis."""
    return np.asarray(np.sqrt(1 - np.minimum(np.sqrt(before * after).sum(axis=0), 1)))
