"""What several answers have in common: times, pages, intervals, and the problems a route can answer with."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from churn.services.api.spelling import Problem

MICRO = 1_000_000
PLAIN = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
"""Text without control characters."""
ISO = re.compile(r"\d{4}-\d\d-\d\d")
MOST_ROWS, FARTHEST = 500, 10**9


def iso(at: Any) -> Any:
    """Spell microseconds since 1970 as ISO 8601, UTC."""
    if not isinstance(at, int):
        return at
    return datetime.fromtimestamp(at // MICRO, UTC).replace(microsecond=at % MICRO).isoformat().replace("+00:00", "Z")


def micro(at: datetime) -> int:
    """Give a time as the ledger keeps it; one without a zone is UTC."""
    return int(at.replace(tzinfo=at.tzinfo or UTC).timestamp()) * MICRO + at.microsecond


def spelt(at: Any) -> Any:
    """Take a day or a time only as ISO 8601 spells it: a number could mean anything."""
    if isinstance(at, str) and not ISO.match(at):
        raise ValueError("is spelt as in 2026-05-01T08:00:00Z, a day as in 2026-05-01")
    if isinstance(at, bool | int | float):
        raise ValueError("is text, spelt as in 2026-05-01T08:00:00Z, a day as in 2026-05-01")  # noqa: TRY004 pydantic's
    return at


def _within(at: datetime) -> datetime:
    """Refuse years that no clock of a database holds."""
    if not 1970 <= at.year <= 2242:
        raise ValueError("lies outside the years 1970 to 2242")
    return at


DATE_TIME: dict[str, Any] = {"type": "string", "format": "date-time", "examples": ["2026-05-01T08:00:00Z"]}
Moment = Annotated[str, BeforeValidator(iso), WithJsonSchema(DATE_TIME)]
Version = Annotated[int, Field(examples=[1])]
DIGEST = "f5fe791ca578a0c4a4428008d663ddf0f4e4f2f527590a2ef61ffaef633d8fe6"
Digest = Annotated[str, Field(examples=[DIGEST])]
Run = Annotated[str, Field(examples=["8fc7ec745a1a48c19060403496059586"])]
Commit = Annotated[str, Field(examples=["6100dc0517832cbfa9b2f274fb9bfa1e6b7cb9a5"])]
Shown = Annotated[str, Field(examples=["7590-VHVEG"])]
"""A customer's name as answers tell it."""
Given = Annotated[datetime, BeforeValidator(spelt), AfterValidator(_within)]
Purpose = Literal["production", "simulated"]


def shows(**cells: Any) -> ConfigDict:
    """Give an answer's example; what it leaves out is told by the examples of the fields."""
    return ConfigDict(json_schema_extra={"example": cells})


class Asked(BaseModel):
    """What a query may say; a name that is not known is refused, for it would be ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Paged(Asked):
    """A query for one page."""

    limit: int = Field(50, ge=1, le=MOST_ROWS, description="rows of a page")
    offset: int = Field(0, ge=0, le=FARTHEST, description="rows to leave out before it")


class Told(BaseModel):
    """An answer."""

    model_config = ConfigDict(from_attributes=True, protected_namespaces=())


class Interval(Told):
    """A figure with the ends of its 95 % interval."""

    model_config = shows(value=0.8472, low=0.8264, high=0.87)

    value: float
    low: float
    high: float


class Page(Told):
    """One page of many rows."""

    total: int = Field(description="rows on all pages", examples=[1])
    limit: int = Field(examples=[50])
    offset: int = Field(examples=[0])


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Document which problems a route answers with, beside those that every route has."""
    return {status: {"description": WORDS[status], **_content()} for status in statuses}


def _content() -> dict[str, Any]:
    return {"content": {"application/problem+json": {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}}}


WORDS = {
    404: "Nothing is known under this name",
    405: "This address does not know that method",
    409: "It contradicts what is known",
    410: "It was there, and was erased by request",
}
