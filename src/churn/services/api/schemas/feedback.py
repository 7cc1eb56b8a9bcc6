"""What came of predictions."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool

from churn.scoring.record import ID_LENGTH, ID_PATTERN
from churn.services.api.schemas.told import PLAIN, Asked, Purpose, Shown, Told, shows, spelt

SKEW, EAST = timedelta(minutes=5), timedelta(hours=14)
"""How far another machine's clock may be ahead of ours, and the furthest zone from UTC, where a day begins first."""


def _not_ahead(day: date) -> date:
    if day > (datetime.now(UTC) + EAST + SKEW).date():
        raise ValueError("lies in the future; look at the sender's clock, which must be right in UTC")
    return _known(day)


def _not_over(day: date) -> date:
    if day < datetime.now(UTC).date():
        raise ValueError("lies in the past; nobody would be left in peace")
    return _known(day)


def _past(at: datetime) -> datetime:
    if at > datetime.now(UTC) + SKEW:
        raise ValueError("lies more than 5 minutes in the future; look at the sender's clock")
    _known(at.date())
    return at


def _known(day: date) -> date:
    if not 1970 <= day.year <= 2242:
        raise ValueError("lies outside the years 1970 to 2242")
    return day


def _spelt(name: Any) -> Any:
    """Take a whole number for a name, as the scoring doors do."""
    return str(name) if type(name) is int else name


Customer = Annotated[
    str,
    BeforeValidator(_spelt),
    Field(min_length=1, max_length=ID_LENGTH, pattern=ID_PATTERN, description="as it was scored"),
]
Prediction = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z._-]+$")]
Word = Annotated[str, Field(min_length=1, max_length=64, pattern=PLAIN)]
Words = Annotated[str, Field(min_length=1, max_length=500, pattern=PLAIN)]


WANTED = {
    "customer_id": f"is text of 1 to {ID_LENGTH} printable characters, as it was scored",
    "churned": "is true or false: whether the customer had left on that day",
    "observed_on": "is a day until today, spelt as in 2026-05-01",
    "prediction_id": "is the id of an answer: 1 to 64 letters, digits, dots, dashes or underscores",
    "at": "is a time until now with its zone, spelt as in 2026-05-01T08:00:00Z",
    "channel": "is text of 1 to 64 characters in one line, as phone or mail",
    "offer": "is text of 1 to 500 characters in one line",
    "held_out": "is true or false: whether the customer was left alone on purpose, to compare",
    "reason": "is text of 1 to 500 characters in one line",
    "until": "is a day from today on, spelt as in 2027-05-01",
}
"""What each field may hold, for whoever sent something else."""


class Given(BaseModel):
    """What is told; a name that is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OutcomeGiven(Given):
    """What happened to a customer: whether he had left on a day."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"customer_id": "7590-VHVEG", "churned": True, "observed_on": "2026-05-31"}}
    )

    customer_id: Customer
    churned: StrictBool
    observed_on: Annotated[date, BeforeValidator(spelt), AfterValidator(_not_ahead)]
    prediction_id: Prediction | None = Field(None, description="of which prediction this is the outcome")


class ContactGiven(Given):
    """Who was offered what, or was held out on purpose, so that what the offers did can be measured."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "customer_id": "7590-VHVEG", "at": "2026-05-02T09:30:00Z", "channel": "phone",
                "offer": "one year contract, 50 off", "held_out": False,
            }
        }
    )  # fmt: skip

    customer_id: Customer
    at: Annotated[AwareDatetime, BeforeValidator(spelt), AfterValidator(_past)]
    channel: Word
    offer: Words | None = None
    held_out: StrictBool = False
    prediction_id: Prediction | None = None


class SuppressionGiven(Given):
    """Who must not be called, why, and until which day (that day included)."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"customer_id": "7590-VHVEG", "reason": "asked not to be called", "until": "2027-05-01"}
        }
    )

    customer_id: Customer
    reason: Words
    until: Annotated[date, BeforeValidator(spelt), AfterValidator(_not_over)]


class FeedbackAsked(Asked):
    """What it is about; what is said of a simulated prediction is simulated in any case."""

    purpose: Purpose = "production"


class Noted(Told):
    """What is in the ledger now; `repeated` when it was there before."""

    model_config = shows(id="0198f0c3a1b25f0e9d7c6b5a4f3e", repeated=False, purpose="production")

    id: str
    customer_id: Shown
    repeated: bool
    prediction_id: str | None = None
    purpose: str | None = None


class NotedRow(Noted):
    """The same for one of many."""

    index: int = Field(ge=0, examples=[0])


class RefusedRow(Told):
    """One of many that was not noted."""

    model_config = shows(index=1, status=422, column="churned", reason=WANTED["churned"], found="yes")

    index: int = Field(ge=0)
    status: int = Field(description="404, 409, 410 or 422, as if it had been sent alone")
    column: str
    reason: str
    found: str | None = None


class NotedMany(Told):
    """What became of a list: each row is noted or refused."""

    model_config = shows(noted=1, repeated=0, rejected=1)

    noted: int
    repeated: int
    rejected: int
    results: list[NotedRow]
    rejects: list[RefusedRow]
