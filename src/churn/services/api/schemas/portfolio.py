"""All customers together."""

from typing import Any

from pydantic import Field

from churn.services.api.schemas.told import Asked, Interval, Moment, Purpose, Told, shows

SUMS: dict[str, Any] = {
    "customers": 7043, "at_risk": 2012, "offers": 1893, "expected_leavers": 1869.2, "mean_probability": 0.2654,
    "monthly_revenue": 456116.6, "revenue_at_risk": {"value": 139130.9, "low": 136011.2, "high": 142250.6},
}  # fmt: skip
THEN: dict[str, Any] = {
    "customers": 7000, "at_risk": 1998, "offers": 1880, "expected_leavers": 1853.0, "mean_probability": 0.2647,
    "monthly_revenue": 453400.6, "revenue_at_risk": {"value": 138000.0, "low": 134890.0, "high": 141110.0},
}  # fmt: skip


class PortfolioAsked(Asked):
    """Which scores, and with which day to compare."""

    days: int = Field(30, ge=1, le=3650, description="compare with so many days ago")
    purpose: Purpose = "production"


class Sums(Told):
    """Customers and money."""

    model_config = shows(**SUMS)

    customers: int
    at_risk: int = Field(description="probability strictly above the champion's threshold")
    offers: int = Field(description="customers who are worth an offer")
    expected_leavers: float
    mean_probability: float
    monthly_revenue: float
    revenue_at_risk: Interval = Field(
        description="monthly revenue times probability, summed; the interval takes customers as independent "
        "(Poisson-binomial, normal approximation) and the probabilities as right"
    )


class Tier(Sums):
    """The customers of one risk tier."""

    tier: str | None = Field(examples=["high"])


class Group(Sums):
    """The customers of one group of a segment."""

    group: str | None = Field(examples=["Month-to-month"])


class Bar(Told):
    """How many customers have a probability of at least `low` and below `high` (the last: at most)."""

    model_config = shows(low=0.0, high=0.05, customers=1789)

    low: float
    high: float
    customers: int


class Freshness(Told):
    """How old the scores are."""

    model_config = shows(oldest="2026-04-30T08:00:00Z", newest="2026-05-01T08:00:00Z", by_version={"1": 7043})

    oldest: Moment | None
    newest: Moment | None
    by_version: dict[int, int] = Field(description="customers by the version that scored them")


class Movement(Told):
    """The same figures some days ago, and today's less those; `words` says so where they are not known."""

    model_config = shows(
        days=30, until="2026-04-01T08:00:00Z", words="7,000 customers had been scored by then", then=THEN, customers=43,
        at_risk=14, mean_probability=0.0007, monthly_revenue=2716.0, revenue_at_risk=1130.9,
    )  # fmt: skip

    days: int
    until: Moment
    words: str
    then: Sums | None = None
    customers: int | None = None
    at_risk: int | None = None
    mean_probability: float | None = None
    monthly_revenue: float | None = None
    revenue_at_risk: float | None = None


class Portfolio(Sums):
    """All customers together, by tier, segment and probability."""

    left: int = Field(description="scored customers who have left; they are in no other figure", examples=[13])
    threshold: float = Field(examples=[0.3441725986])
    tiers: list[Tier]
    segments: dict[str, list[Group]] = Field(examples=[{"Contract": [SUMS | {"group": "Month-to-month"}]}])
    distribution: list[Bar]
    freshness: Freshness
    movement: Movement
