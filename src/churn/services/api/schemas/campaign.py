"""What a campaign came to."""

from typing import Any

from pydantic import Field

from churn.services.api.schemas.told import Asked, Given, Interval, Moment, Purpose, Told


class CampaignAsked(Asked):
    """Which contacts: made from `since` until before `until`; without them the last 90 days."""

    since: Given | None = None
    until: Given | None = None
    purpose: Purpose = "production"


class Side(Told):
    """One arm: `known` are those whose horizon has passed and whose outcome was told."""

    customers: int
    contacts: int
    mature: int
    known: int
    churned: int
    churn_rate: Interval | None = Field(description="with Wilson's interval; null where nothing is known")


class CampaignTold(Told):
    """The contacted against the held-out; what cannot be measured is null, and `words` says why."""

    since: Moment
    until: Moment
    horizon_days: int
    contacted: Side
    held_out: Side
    crossed: int = Field(description="customers in both arms; they count in neither")
    words: str
    reduction: Interval | None = Field(description="churn rate of the held-out less that of the contacted (Newcombe)")
    saved: Interval | None = Field(description="customers kept among the contacted whose outcome is known")
    money: Interval | None = Field(description="what the saves are worth less contacts and offers, by `assumptions`")
    spent: float = Field(description="on contacts and offers to those whose outcome is known")
    assumptions: dict[str, Any]
