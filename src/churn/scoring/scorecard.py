"""The scorecard as plain data: a sum over columns, for one customer in microseconds and for many in numpy."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from churn.scoring.coded import Coded

Numbers = NDArray[np.float64]
BLOCK = 32_768
"""Rows at a time: what a block needs stays in the processor's cache."""
LOWEST = -700.0
"""Log-odds below this overflow on their way to a probability."""
LONGEST = 1_000
"""A curved column of whole numbers up to this has its sums ready."""


class Scorecard:
    """An additive model. One customer and many are summed in the same order, so that both give the same bits.

    A category adds the weight of its value, nothing if training never saw it; a number adds its slope times itself;
    a curved number adds a term of log(1 + x) besides.
    """

    def __init__(self, explanation: Mapping[str, Any], bounds: Mapping[str, float | None]) -> None:
        """Take what `train` spelt; `bounds` names the columns, with the highest value of those of whole numbers."""
        terms = {name: explanation["terms"][name] for name in bounds}
        self.weights: dict[str, dict[str, float]] = {
            name: term["weights"] for name, term in terms.items() if "weights" in term
        }
        self.slopes: dict[str, float] = {
            name: _slope(term["straight"]) for name, term in terms.items() if "straight" in term
        }
        self.curves: dict[str, float] = {name: _slope(term["log1p"]) for name, term in terms.items() if "log1p" in term}
        self.base: float = explanation["intercept"] - sum(map(_offset, terms.values()))
        self.baseline: dict[str, float] = explanation["baseline"]
        self.offsets = {name: -_offset(term) for name, term in terms.items()}
        self._ready = {name: self._sums(name, bounds[name]) for name in self.curves}
        self._texts = [(name, weights.get) for name, weights in self.weights.items()]
        self._lines = [(name, slope) for name, slope in self.slopes.items() if name not in self.curves]
        self._bends = [(name, dict(enumerate(sums.tolist())).get) for name, sums in self._ready.items()]

    def log_odds(self, customer: Mapping[str, Any]) -> float:
        """Give one customer's log-odds of churn."""
        total: float = self.base
        for name, weigh in self._texts:
            total += weigh(customer[name], 0.0)
        for name, slope in self._lines:
            total += slope * customer[name]
        for name, ready in self._bends:
            bent = ready(customer[name])
            total += self._bent(name, customer[name]) if bent is None else bent
        return total

    def probability(self, customer: Mapping[str, Any]) -> float:
        """Give one customer's probability of churn."""
        return 1.0 / (1.0 + float(np.exp(-max(self.log_odds(customer), LOWEST))))  # math.exp may differ in its last bit

    def probabilities(self, columns: Mapping[str, Any]) -> Numbers:
        """Give each customer's probability, shape (n,); category columns are arrays, lists, or Coded."""
        rows = len(columns[next(iter(self.offsets))])
        result = np.empty(rows)
        for start in range(0, rows, BLOCK):
            block = slice(start, min(start + BLOCK, rows))
            result[block] = self._block(columns, block)
        return result

    def contributions(self, customer: Mapping[str, Any]) -> dict[str, float]:
        """Give what each column adds to the log-odds beyond what it adds on average over the training rows."""
        return {
            name: self._part(name, customer[name]) + offset - self.baseline[name]
            for name, offset in self.offsets.items()
        }

    @property
    def average(self) -> float:
        """Give the log-odds to which the contributions add up."""
        return self.base + sum(self.baseline.values()) - sum(self.offsets.values())

    def _part(self, name: str, cell: Any) -> float:
        if name in self.weights:
            return self.weights[name].get(cell, 0.0)
        return self._bent(name, cell) if name in self.curves else self.slopes[name] * float(cell)

    def _bent(self, name: str, cell: float) -> float:
        return float(self.slopes[name] * cell + self.curves[name] * np.log1p(np.float64(cell)))

    def _sums(self, name: str, highest: float | None) -> Numbers:
        whole = np.arange(0.0 if highest is None or highest > LONGEST else highest + 1)
        return np.asarray(self.slopes[name] * whole + self.curves[name] * np.log1p(whole))

    def _block(self, columns: Mapping[str, Any], block: slice) -> Numbers:
        total = np.full(block.stop - block.start, self.base)
        for name, weights in self.weights.items():
            total += _weighed(columns[name][block], weights)
        for name, slope in self._lines:
            total += slope * np.asarray(columns[name][block], np.float64)
        for name in self.curves:
            total += self._curved(name, np.asarray(columns[name][block], np.float64))
        return 1.0 / (1.0 + np.exp(-np.maximum(total, LOWEST)))

    def _curved(self, name: str, cells: Numbers) -> Numbers:
        sums = self._ready[name]
        at = cells.astype(np.intp) if np.isfinite(cells).all() else np.empty(0)
        if len(at) and len(sums) and at.min() >= 0 and at.max() < len(sums) and (at == cells).all():
            return sums[at]
        return np.asarray(self.slopes[name] * cells + self.curves[name] * np.log1p(cells))


def _weighed(cells: Any, weights: Mapping[str, float]) -> Numbers:
    if isinstance(cells, Coded):
        return np.asarray(np.array([*(weights.get(value, 0.0) for value in cells.values), np.nan])[cells.codes])
    weigh = weights.get
    return np.array([weigh(cell, 0.0) for cell in cells])


def _slope(term: Mapping[str, float]) -> float:
    return float(term["weight"] / term["scale"])


def _offset(term: Mapping[str, Any]) -> float:
    """Give what a column's means take away from the sum, whatever the cell."""
    return float(sum(part["weight"] * part["mean"] / part["scale"] for kind, part in term.items() if kind != "weights"))
