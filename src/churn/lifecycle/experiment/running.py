"""An experiment as it was declared: whom it takes in, by which model each is answered, what is read and when."""

from dataclasses import dataclass, field
from typing import Any, Literal

from churn.params.campaign import Campaign
from churn.stores.ledger.lots import LOTS, drawn
from churn.stores.ledger.queries.cells import DAY
from churn.stores.ledger.queries.exposed import Followed

Mode = Literal["live", "shadow"]


@dataclass(frozen=True, slots=True)
class Running:
    """One experiment; times in microseconds since 1970, UTC.

    `declared` is what was said before the first customer: figure, test, level, bounds, campaign, why.
    """

    id: str
    at: int
    who: str
    purpose: str
    name: str
    mode: Mode
    champion: int
    challenger: int
    share: float
    salt: str
    declared: dict[str, Any]
    begins: int
    ends: int
    state: str = "running"
    result: dict[str, Any] | None = field(default=None)

    @property
    def campaign(self) -> Campaign:
        """Give the prices by which it is read: those of the day on which it was declared."""
        return Campaign.model_validate(self.declared["campaign"])

    @property
    def readable(self) -> int:
        """Give the time from which it may be read: the last outcome can be known."""
        return self.ends + self.campaign.horizon_days * DAY

    @property
    def followed(self) -> Followed:
        """Name its customers for the ledger."""
        return Followed(self.purpose, self.begins, self.ends, self.campaign.horizon_days)

    def challenged(self, customer: str) -> bool:
        """Tell whether the challenger answers a customer (the stored name): for each always the same."""
        return challenged(self.salt, customer, self.share)


def challenged(salt: str, customer: str, share: float) -> bool:
    """Tell whether a customer (the stored name) falls to the challenger: by a hash, so without a list, and for good."""
    return drawn(f"{salt}:{customer}") < round(share * LOTS)
