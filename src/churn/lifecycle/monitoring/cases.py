"""Customers of one window whose outcome can be known by now."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churn.stores.ledger.watch.mature import Mature

Numbers = NDArray[np.float64]
MOST_ROWS = 0.9
TINY = 1e-6
"""Probabilities are kept so far from 0 and 1, so that one customer cannot outweigh all others."""


@dataclass(frozen=True)
class Cases:
    """What was said of customers and what came of it; each array has shape (n,), a row of `rows` is a customer.

    `weight` counts the customers for whom one stands: who was held out stands for those who were called as well.
    """

    probability: Numbers
    outcome: Numbers
    monthly: Numbers
    weight: Numbers
    rows: pd.DataFrame

    def __len__(self) -> int:
        return len(self.outcome)

    @cached_property
    def chance(self) -> Numbers:
        """Give the probabilities, none of them 0 or 1."""
        return np.clip(self.probability, TINY, 1 - TINY)

    @cached_property
    def odds(self) -> Numbers:
        """Give the log odds that were said."""
        return np.asarray(np.log(self.chance) - np.log1p(-self.chance))

    @cached_property
    def loss(self) -> Numbers:
        """Give each customer's log loss."""
        return np.asarray(-np.where(self.outcome == 1, np.log(self.chance), np.log1p(-self.chance)))

    @cached_property
    def foreseen(self) -> Numbers:
        """Give the log loss that each customer has on average if the probability is right."""
        return np.asarray(-self.chance * np.log(self.chance) - (1 - self.chance) * np.log1p(-self.chance))

    @cached_property
    def effective(self) -> float:
        """Give how many customers of equal weight tell as much."""
        return float(self.weight.sum() ** 2 / (self.weight**2).sum()) if len(self) else 0.0

    def where(self, chosen: NDArray[np.bool_]) -> "Cases":
        """Keep some customers."""
        said, came = self.probability[chosen], self.outcome[chosen]
        return Cases(said, came, self.monthly[chosen], self.weight[chosen], self.rows.loc[chosen])


def of(due: Sequence[Mature], rows: pd.DataFrame) -> Cases:
    """Make cases of those whose outcome is known and who were not called; `rows` has customers as its index.

    Where rows of one in ten are not kept any more, none is used: those that are left would be a choice.
    """
    known = [one for one in due if one.churned is not None and not one.called]
    stands = standing(due)
    if len(rows) >= MOST_ROWS * len(known):
        known = [one for one in known if one.customer in rows.index]
        kept = rows.loc[[one.customer for one in known]].reset_index(drop=True)
    else:
        kept = pd.DataFrame(index=range(len(known)))
    cells = [(one.probability, one.churned, one.monthly or 0.0, stands if one.held else 1.0) for one in known]
    table = np.array(cells, dtype=np.float64).reshape(-1, 4)
    return Cases(table[:, 0], table[:, 1], table[:, 2], table[:, 3], kept)


def standing(due: Sequence[Mature]) -> float:
    """Give for how many customers stands each who was held out: those who were called were chosen by the same lot."""
    called = sum(one.called for one in due)
    held = sum(one.held and not one.called for one in due)
    return (called + held) / held if held else 1.0
