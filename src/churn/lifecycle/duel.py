"""Two models on the same customers: what each said, what came of it, and the gain of one over the other."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churn import contract, table
from churn.campaign import offer_value
from churn.errors import ModelError
from churn.params.campaign import Campaign
from churn.scoring.scorer import Scorer

Numbers = NDArray[np.float64]
Chosen = NDArray[np.bool_]
TINY = 1e-15


@dataclass(frozen=True)
class Duel:
    """Customers with their outcomes, and the probability that each model gave them, shape (rows,)."""

    rows: pd.DataFrame
    challenger: Numbers
    champion: Numbers

    @cached_property
    def outcome(self) -> Numbers:
        """Give 1 for who left and 0 for who stayed."""
        return table.outcome(self.rows).astype(float)

    @cached_property
    def weight(self) -> Numbers:
        """Tell how many customers each row stands for."""
        return table.sampling_weights(self.rows)

    @property
    def agreed(self) -> bool:
        """Tell whether both gave every customer the same probability, to the last bit."""
        return bool(np.array_equal(self.challenger, self.champion))

    @cached_property
    def loss_gain(self) -> Numbers:
        """Give by how much the challenger's log loss lies below the champion's, customer by customer."""
        return self._losses(self.champion) - self._losses(self.challenger)

    def profit_gain(self, campaign: Campaign) -> Numbers:
        """Give how much more the offers of the challenger earned than the champion's, customer by customer."""
        return self._earned(self.challenger, campaign) - self._earned(self.champion, campaign)

    def where(self, chosen: Chosen) -> "Duel":
        """Keep some customers."""
        return Duel(self.rows.loc[chosen], self.challenger[chosen], self.champion[chosen])

    def _losses(self, churn: Numbers) -> Numbers:
        return np.asarray(-np.log(np.clip(np.where(self.outcome == 1, churn, 1 - churn), TINY, 1)))

    def _earned(self, churn: Numbers, campaign: Campaign) -> Numbers:
        monthly = contract.monthly_value(self.rows)
        return np.where(offer_value(churn, monthly, campaign) > 0, offer_value(self.outcome, monthly, campaign), 0.0)


def duel(rows: pd.DataFrame, challenger: Scorer, champion: Scorer) -> Duel:
    """Let both models score the same customers. Raises ModelError where one gives no probability."""
    new, old = (model.probabilities(rows) for model in (challenger, champion))
    for name, said in (("challenger", new), ("champion", old)):
        if not ((said >= 0) & (said <= 1)).all():
            raise ModelError(f"the {name} gave some customers no probability")
    return Duel(rows, new, old)
