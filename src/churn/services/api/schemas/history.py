"""What was in production when."""

from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from churn.services.api.schemas.told import Digest, Given, Moment, Page, Paged, Told, Version, shows

DAY = len("2026-05-01")


def _end_of_day(at: Any) -> Any:
    """Take a day for its last moment, UTC."""
    if isinstance(at, str) and len(at) == DAY:
        return datetime.combine(date.fromisoformat(at), time.max, UTC)
    return at


class HistoryAsked(Paged):
    """A page of what happened, and a moment to tell of."""

    at: Annotated[Given, BeforeValidator(_end_of_day)] | None = Field(
        None, description="what was in production then; a day means its end, UTC", examples=["2026-05-01T08:00:00Z"]
    )


class PromotionTold(Told):
    """One move of the champion alias; `fault` says why a record cannot be trusted."""

    model_config = shows(
        number=1, when="2026-05-01T08:00:00+00:00", who="ada", action="promote", from_version=None, to_version=1,
        why="the gate said pass", ending="done", ended="2026-05-01T08:00:00+00:00", fault=None,
    )  # fmt: skip

    number: int
    when: str
    who: str
    action: str
    from_version: int | None
    to_version: Version
    why: str
    model_digest: Digest
    ending: str | None
    ended: str | None
    fault: str | None


class ServingTold(Told):
    """A host began to serve a version."""

    model_config = shows(host="web-1", why="promote: the gate said pass", who="ada")

    at: Moment
    host: str
    version: Version
    digest: Digest
    why: str
    who: str


class Then(Told):
    """What was in production at a moment, by the records and by what the hosts did."""

    model_config = shows(
        words="by the records version 1 was champion (promote, ada); hosts served version 1", at="2026-06-01T08:00:00Z"
    )

    at: Moment
    champion: PromotionTold | None
    hosts: list[ServingTold]
    words: str


class HistoryPage(Page):
    """Promotions as the registry keeps them, and one page of what this fleet served, newest first."""

    model_config = shows(faults=[])

    promotions: list[PromotionTold] | None = Field(description="null where no registry was seen yet")
    faults: list[str] = Field(description="why the chain of promotion records cannot be trusted; empty: it holds")
    events: list[ServingTold]
    then: Then | None
