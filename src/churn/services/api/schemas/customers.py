"""Customers and their last known scores."""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from churn.services.api.schemas.told import PLAIN, Asked, Moment, Page, Paged, Purpose, Told, shows
from churn.services.api.spelling import CHANGE, EXAMPLE, REASON, Reason

ROW: dict[str, Any] = {
    "customer_id": "7590-VHVEG",
    "churn_probability": 0.7283192114081362,
    "risk_tier": "high",
    "offer": True,
    "expected_value": 17.450281874035753,
    "monthly_value": 29.85,
    "model_version": 1,
    "at": "2026-05-01T08:00:00Z",
    "prediction_id": "0198f0c3a1b25f0e9d7c6b5a4f3e",
}
Sort = Literal[
    "expected_value", "-expected_value", "churn_probability", "-churn_probability", "monthly_value", "-monthly_value",
    "at", "-at", "customer_id", "-customer_id",
]  # fmt: skip


class CustomersAsked(Paged):
    """Which customers, in which order."""

    sort: Sort = Field("-expected_value", description="a minus puts the largest first; ties go by customer_id")
    tier: str | None = Field(None, max_length=64, pattern=PLAIN, description="only this risk tier")
    offer: bool | None = Field(None, description="only customers who are, or are not, worth an offer")
    min_probability: float | None = Field(None, ge=0, le=1, allow_inf_nan=False)
    left: bool = Field(default=False, description="those who have left, in place of those who are there")
    segment: list[str] = Field(
        default_factory=list, max_length=10, description="`Contract:Two year`, as GET /portfolio names groups"
    )
    purpose: Purpose = "production"


class CustomerRow(Told):
    """A customer's last known score."""

    model_config = shows(**ROW)

    customer_id: str
    churn_probability: float
    risk_tier: str | None
    offer: bool | None
    expected_value: float | None
    monthly_value: float | None = Field(description="what the customer pays a month")
    model_version: int
    at: Moment
    prediction_id: str


class CustomersPage(Page):
    """One page of customers."""

    customers: list[CustomerRow]


class LastKnownAsked(Asked):
    """How much to tell."""

    explain: bool = Field(
        default=False, description="add reasons, what the firm can change, and how the customer stands"
    )
    purpose: Purpose = "production"


class OutcomeNow(Told):
    """The last that was told of a customer."""

    model_config = shows(churned=False, observed_on="2026-05-31")

    churned: bool
    observed_on: date


class SuppressionNow(Told):
    """Why a customer is left in peace, and until which day."""

    model_config = shows(reason="complaint", until="2027-05-01")

    reason: str
    until: date


class ContactNow(Told):
    """The last contact; `held_out`: left alone on purpose, to compare."""

    model_config = shows(at="2026-05-02T10:00:00Z", channel="phone", offer="20% off", held_out=False)

    at: Moment
    channel: str
    offer: str | None
    held_out: bool


class Standing(Told):
    """How a customer stands beside the score; null where nothing was told."""

    model_config = shows(
        outcome=None, suppression={"reason": "complaint", "until": "2027-05-01"}, contact=None, drawn_out=False
    )

    outcome: OutcomeNow | None = None
    suppression: SuppressionNow | None = None
    contact: ContactNow | None = None
    drawn_out: bool = Field(
        description="drawn by chance to be left alone this quarter, where a call would be worth it, by the campaign's "
        "own share: GET /call-list with another `holdout` may hold out others"
    )


class LastKnown(Told):
    """A customer's last known score, as it was answered; `explain=true` adds reasons, changes and how he stands."""

    model_config = shows(
        **{name: cell for name, cell in ROW.items() if name != "monthly_value"},
        churn=True,
        purpose="production",
        explained_by_version=1,
        explained_probability=0.7283192114081362,
        average=-1.4106,
        inputs=EXAMPLE,
        standing={"outcome": None, "suppression": None, "contact": None, "drawn_out": False},
        reasons=[REASON],
        changes=[CHANGE],
    )

    customer_id: str
    churn_probability: float
    churn: bool | None = None
    offer: bool | None
    expected_value: float | None
    risk_tier: str | None
    model_version: int
    prediction_id: str
    at: Moment
    purpose: str
    explained_by_version: int | None = Field(None, description="the model that gives the reasons, which serves now")
    explained_probability: float | None = Field(None, description="what that model says of the same record")
    average: float | None = Field(
        None, description="the average customer's level, from which all effects lead to it, in the unit of `reasons`"
    )
    inputs: dict[str, Any] | None = Field(None, description="the record that was scored, in the raw columns")
    standing: Standing | None = None
    reasons: list[Reason] | None = None
    changes: list[dict[str, Any]] | None = None


class Receipt(Told):
    """What an erasure erased; `digest` is the sha256 of the stored name, so that it can be proven, not read back."""

    model_config = shows(
        id="0198f0c3a1b25f0e9d7c6b5a4f3e",
        digest="f3f9002e121cbbcc038f195a656a32a17395c6ce1815e8836f5c58a6f01bc3a0",
        counts={"prediction": 3, "batch_row": 5, "score": 8, "latest": 2, "outcome": 1, "contact": 1},
        caller="local",
        words="what was kept under this id is erased; scored files that may still hold the customer outside the "
        "ledger: none known",
    )

    id: str
    at: Moment
    digest: str
    counts: dict[str, int]
    caller: str
    words: str = Field(description="whether anything was kept, and which scored files may still hold the customer")
