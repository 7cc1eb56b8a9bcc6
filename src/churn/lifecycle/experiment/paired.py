"""Two models on the same customers, whose outcomes are known: each customer's gain of one over the other.

Who was called is left out, for the call may have kept them; who was as likely to be called and was held out by lot
stands for them too, by weight.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from churn.campaign import offer_value
from churn.params.campaign import Campaign

Numbers = NDArray[np.float64]
TINY = 1e-12
NOBODY = "customers were called and none was held out by lot, so what became of the called is not known"


@dataclass(frozen=True, slots=True)
class Pairs:
    """Customers, shape (n,) each: what the one model said, what the other, value, weight, outcome."""

    one: Numbers
    other: Numbers
    monthly: Numbers
    weight: Numbers
    churned: Numbers

    @property
    def left(self) -> int:
        """Count who left."""
        return int(self.churned.sum())

    def loss_gain(self) -> Numbers:
        """Give by how much the other's log loss lies below the one's."""
        return self._losses(self.one) - self._losses(self.other)

    def profit_gain(self, campaign: Campaign) -> Numbers:
        """Give how much more the other's offers would have earned."""
        return self._earned(self.other, campaign) - self._earned(self.one, campaign)

    def _losses(self, said: Numbers) -> Numbers:
        return np.asarray(-np.log(np.clip(np.where(self.churned == 1, said, 1 - said), TINY, 1)))

    def _earned(self, said: Numbers, campaign: Campaign) -> Numbers:
        offered = offer_value(said, self.monthly, campaign) > 0
        return np.where(offered, offer_value(self.churned, self.monthly, campaign), 0.0)


def weighed(called: Numbers, held: Numbers) -> Numbers | None:
    """Give each customer's weight: none to the called, theirs to the held out; None where nobody was held out."""
    chosen, alone = int(((called == 1) | (held == 1)).sum()), int(((held == 1) & (called == 0)).sum())
    if called.any() and not alone:
        return None
    share = chosen / alone if alone else 1.0
    return np.where(called == 1, 0.0, np.where(held == 1, share, 1.0))


def pairs(rows: Sequence[Any]) -> Pairs | None:
    """Take the rows of `exposed.pairs` or `exposed.asked_again`; None where nobody was held out of the called."""
    table = np.array([tuple(row) for row in rows], float).reshape(-1, 7)
    one, other, monthly, called, held, _, churned = table.T
    weight = weighed(called, held)
    if weight is None:
        return None
    kept = weight > 0
    return Pairs(one[kept], other[kept], np.nan_to_num(monthly[kept]), weight[kept], churned[kept])


def mean(values: Numbers, weight: Numbers) -> tuple[float, float]:
    """Give a weighted mean and its standard error."""
    total = float(weight.sum())
    value = float((values * weight).sum()) / total
    return value, sqrt(float((weight**2 * (values - value) ** 2).sum())) / total
