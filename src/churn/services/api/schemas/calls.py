"""The call list."""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from churn.services.api.schemas.customers import ROW, CustomerRow
from churn.services.api.schemas.told import FARTHEST, PLAIN, Moment, Page, Paged, Purpose, Told, shows

MOST_HELD_OUT = 0.5
Cause = Literal["churned", "suppressed", "contacted"]
Arm = Literal["call", "held_out"]


class OffersAsked(Paged):
    """Whose offers, and how long whoever was called has rest."""

    tier: str | None = Field(None, max_length=64, pattern=PLAIN, description="only this risk tier")
    segment: list[str] = Field(
        default_factory=list, max_length=10, description="`Contract:Two year`, as GET /portfolio names groups"
    )
    rest_days: int = Field(
        30, ge=0, le=3650,
        description="leave out who was contacted or held out so lately; whoever was held out rests at least until the "
        "outcome can be known (the campaign's horizon)",
    )  # fmt: skip
    purpose: Purpose = "production"


class CallsAsked(OffersAsked):
    """How many calls, for how much, and which share is held out."""

    capacity: int | None = Field(None, ge=0, le=FARTHEST, description="at most so many customers")
    budget: float | None = Field(None, ge=0, le=1e12, allow_inf_nan=False, description="at most so much expected cost")
    holdout: float | None = Field(
        None, ge=0, le=MOST_HELD_OUT, allow_inf_nan=False,
        description="share that is held out by chance, the same customers all quarter (UTC), so that the effect of "
        "calls can be measured; without it the campaign's own. A larger share holds out the same customers and others",
    )  # fmt: skip
    arm: Arm = Field("call", description="which page: whom to call, or who is held out in their place")
    agent_calls: int = Field(20, ge=1, le=100_000, description="how many calls one more agent makes")


class Call(CustomerRow):
    """A customer to call, and what to say."""

    model_config = shows(**ROW, rank=1, cost=29.47, reasons=["Tenure at 1, lower than usual: raises the risk"])

    rank: int = Field(description="among those of the arm that is listed")
    cost: float = Field(description="expected: the contact, and the offer if it is taken")
    reasons: list[str] = Field(description="what speaks for this customer's risk, strongest first; at most three")


class Excluded(Told):
    """Customers who are worth an offer and are left out, each under the first cause that holds."""

    model_config = shows(churned=113, suppressed=0, contacted=2)

    churned: int = Field(description="the last outcome says that they left")
    suppressed: int
    contacted: int = Field(description="within rest_days, or held out and not compared yet")


class HeldOut(Told):
    """Who would be on the list, and is left alone by chance so that the effect of the calls can be measured."""

    model_config = shows(customers=1, expected_value=16.2)

    customers: int
    expected_value: float = Field(description="what calling them would be expected to bring: the price of measuring")


class OneMore(Told):
    """What one more agent would add: the next calls beyond capacity and budget."""

    model_config = shows(calls=20, expected_value=310.4, cost=598.1)

    calls: int = Field(description="at most agent_calls; fewer where fewer are worth it, none where nothing is limited")
    expected_value: float = Field(description="of these calls, their contacts and offers already paid")
    cost: float = Field(description="expected contacts and offers; the agent's own pay is not in it")


class CallList(Page):
    """Whom to call, best first, with the sums over all pages; `total` counts the rows of the arm that is listed."""

    model_config = shows(
        customers=1,
        expected_value=17.450281874035753,
        cost=29.47,
        not_worth_it=928,
        holdout=0.1,
        quarter="2026Q2",
        words="1 call is worth 17 at a cost of 29; 1 held out by chance, to measure the effect; "
        "left out: 113 churned, 2 contacted",
    )

    arm: Arm = Field(examples=["call"])
    calls: list[Call]
    customers: int = Field(description="to be called")
    expected_value: float = Field(description="of the calls; who is held out is not in it")
    cost: float
    held_out: HeldOut
    one_more: OneMore
    holdout: float = Field(description="the share that is held out")
    quarter: str = Field(description="in which the same customers are held out")
    excluded: Excluded
    not_worth_it: int = Field(description="customers whose offer costs more than it brings")
    as_of: Moment | None = Field(description="when anybody was scored last")
    words: str


class ExcludedAsked(OffersAsked):
    """Which of those who are left out."""

    cause: Cause | None = Field(None, description="only those left out for this cause")


LEFT_OUT: dict[str, Any] = {
    "customer_id": "7590-VHVEG",
    "cause": "suppressed",
    "words": "complaint, until 2027-05-01",
    "until": "2027-05-01",
    "expected_value": 17.450281874035753,
    "churn_probability": 0.7283192114081362,
    "monthly_value": 29.85,
}


class ExcludedRow(Told):
    """A customer who is worth an offer and is left out, and why."""

    model_config = shows(**LEFT_OUT)

    customer_id: str
    cause: Cause = Field(description="the first that holds")
    words: str = Field(description="the cause as it was told: a reason, a channel, a day")
    until: date | None = Field(description="the last day of rest; null: until an outcome says that they are back")
    expected_value: float
    churn_probability: float
    monthly_value: float | None = Field(description="what the customer pays a month")


class ExcludedPage(Page):
    """One page of those who are left out, in the order of the call list."""

    customers: list[ExcludedRow]
