"""What a campaign came to."""

from typing import Any

from pydantic import Field

from churn.services.api.schemas.told import Asked, Given, Interval, Moment, Purpose, Told, shows


class CampaignAsked(Asked):
    """Which contacts: made from `since` until before `until`; without them the last 90 days."""

    since: Given | None = None
    until: Given | None = None
    purpose: Purpose = "production"


class Side(Told):
    """One arm: `known` are those whose horizon has passed and whose outcome was told."""

    model_config = shows(
        customers=56,
        contacts=56,
        mature=56,
        known=56,
        churned=6,
        churn_rate={"value": 0.1071, "low": 0.05, "high": 0.2147},
    )

    customers: int
    contacts: int
    mature: int
    known: int
    churned: int
    churn_rate: Interval | None = Field(description="with Wilson's interval; null where nothing is known")


class CampaignTold(Told):
    """The contacted against the held-out; what cannot be measured is null, and `words` says why."""

    model_config = shows(
        until="2026-07-30T08:00:00Z",
        horizon_days=30,
        held_out={
            "customers": 48, "contacts": 48, "mature": 48, "known": 48, "churned": 14,
            "churn_rate": {"value": 0.2917, "low": 0.1824, "high": 0.4317},
        },
        crossed=0,
        words="churn was lower among the contacted by 18.5 points [3.1, 33.6]",
        reduction={"value": 0.1845, "low": 0.0312, "high": 0.3359},
        saved={"value": 10.3, "low": 1.7, "high": 18.8},
        money={"value": 3171.2, "low": -1771.0, "high": 8049.0},
        spent=2780.0,
        assumptions={"months": 12.0, "margin": 0.6, "offer": 50.0, "contact": 5.0, "monthly": 80.0},
    )  # fmt: skip

    since: Moment
    until: Moment
    horizon_days: int
    contacted: Side
    held_out: Side
    crossed: int = Field(
        description="of the held-out, called within the horizon all the same; they stay among the held-out, and the "
        "comparison shows less than the calls did"
    )
    words: str
    reduction: Interval | None = Field(description="churn rate of the held-out less that of the contacted (Newcombe)")
    saved: Interval | None = Field(description="customers kept among the contacted whose outcome is known")
    money: Interval | None = Field(description="what the saves are worth less contacts and offers, by `assumptions`")
    spent: float = Field(
        description="on the contacted whose outcome is known: every contact within horizon_days of the first costs "
        "`contact`, and every offer made in them to a customer who stayed is taken once and costs `offer`"
    )
    assumptions: dict[str, Any]
