"""Whether the same kind of customer churns as often as in the reference."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from churn.steps.drift.distances import Floats, Marks, Picked, mark, sides


@dataclass(frozen=True)
class Relation:
    """The root mean square of the changes of churn rate within groups of customers.

    A group weighs by its harmonic rows, reference x batch / (reference + batch), so that rare groups do not make noise.
    """

    groups: Marks
    left: NDArray[np.bool_]

    def __call__(self, picked: Picked) -> Floats:
        """Compare the rates of the groups on both sides."""
        before, after = sides(self.groups, picked)
        left_after = sides(self.groups, self.left & picked)[1]
        left_before = sides(self.groups, self.left & ~picked)[1]
        weight = before * after / np.maximum(before + after, 1)
        moved = left_after / np.maximum(after, 1) - left_before / np.maximum(before, 1)
        return np.asarray(np.sqrt((weight * moved**2).sum(axis=0) / np.maximum(weight.sum(axis=0), 1)))


def relation(groups: NDArray[np.int64], outcome: NDArray[np.int64]) -> Relation:
    """Prepare the relation of these groups to this outcome, 0/1 a row."""
    return Relation(mark(groups), (outcome == 1)[:, None])
