"""The call list."""

from pydantic import Field

from churn.services.api.schemas.customers import ROW, CustomerRow
from churn.services.api.schemas.told import FARTHEST, Moment, Page, Paged, Purpose, Told, shows


class CallsAsked(Paged):
    """How many calls, for how much."""

    capacity: int | None = Field(None, ge=0, le=FARTHEST, description="at most so many customers")
    budget: float | None = Field(None, ge=0, le=1e12, allow_inf_nan=False, description="at most so much expected cost")
    rest_days: int = Field(30, ge=0, le=3650, description="leave out who was contacted or held out so lately")
    purpose: Purpose = "production"


class Call(CustomerRow):
    """A customer to call, and what to say."""

    model_config = shows(**ROW, rank=1, cost=29.47, reasons=["Tenure at 1, lower than usual: raises the risk"])

    rank: int
    cost: float = Field(description="expected: the contact, and the offer if it is taken")
    reasons: list[str] = Field(description="what speaks for this customer's risk, strongest first; at most three")


class Excluded(Told):
    """Customers who are worth an offer and are left out, each under the first cause that holds."""

    model_config = shows(churned=113, suppressed=0, contacted=2)

    churned: int = Field(description="the last outcome says that they left")
    suppressed: int
    contacted: int = Field(description="within rest_days, or held out then")


class CallList(Page):
    """Whom to call, best first, with the sums over all pages."""

    model_config = shows(
        expected_value=17.450281874035753,
        cost=29.47,
        not_worth_it=928,
        words="1 calls are worth 17 at a cost of 29; left out: 113 churned, 2 contacted",
    )

    calls: list[Call]
    expected_value: float
    cost: float
    excluded: Excluded
    not_worth_it: int = Field(description="customers whose offer costs more than it brings")
    as_of: Moment | None = Field(description="when anybody was scored last")
    words: str
