"""Whose outcome may be learnt from: not that of whom the campaign called, for the call is in it.

Leaving the called out alone leaves those likely to leave out. Who was held out by chance stands for them: of those
worth a call each weighs as many as were chosen for each that was held out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from churn.errors import RetrainingError
from churn.stores.ledger.queries.cohort import Member


@dataclass(frozen=True)
class Learnable:
    """The members whose outcome is known and not made by a call, with how many customers each stands for."""

    members: list[Member]
    weights: list[float]
    scored: int
    called: int
    held_out: int

    @property
    def known(self) -> float:
        """Give the share of those not called whose outcome is known; 1 where all were called."""
        due = self.scored - self.called
        return len(self.members) / due if due else 1.0

    @property
    def words(self) -> str:
        """Say who is in and who is not."""
        known = f"{len(self.members):,} of {self.scored:,} customers with a known outcome"
        if not self.called:
            return f"{known}, nobody called"
        return f"{known}; {self.called:,} called are left out, {self.held_out:,} held out stand for them"


def learnable(cohort: Sequence[Member]) -> Learnable:
    """Choose whom to learn from. Raises RetrainingError where nobody can stand for those who were called."""
    called = sum(one.called for one in cohort)
    held = [one for one in cohort if _left_alone(one)]
    kept = [one for one in cohort if one.churned is not None and not one.called]
    if kept and called and not any(_left_alone(one) for one in kept):
        raise RetrainingError(
            f"{called:,} customers were called and of nobody held out the outcome is known: what is left is no picture "
            "of all customers; hold some out (campaign.holdout in params.yaml) and record them"
        )
    share = (called + len(held)) / len(held) if called else 1.0
    return Learnable(kept, [share if _left_alone(one) else 1.0 for one in kept], len(cohort), called, len(held))


def _left_alone(one: Member) -> bool:
    """Tell whether a customer worth a call was held out; who was called all the same was not."""
    return one.held_out and not one.called
