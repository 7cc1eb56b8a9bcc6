"""What was in production when."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from churn.services.api.schemas.told import Given, Moment, Page, Paged, Told


def _within(day: date) -> date:
    if not 1970 <= day.year <= 2242:
        raise ValueError("lies outside the years 1970 to 2242")
    return day


class HistoryAsked(Paged):
    """A page of what happened, and a moment to tell of; a day means its end, UTC."""

    at: Given | Annotated[date, AfterValidator(_within)] | None = Field(
        None, union_mode="left_to_right", description="what was in production then", examples=["2026-05-01"]
    )


class PromotionTold(Told):
    """One move of the champion alias; `fault` says why a record cannot be trusted."""

    number: int
    when: str
    who: str
    action: str
    from_version: int | None
    to_version: int
    why: str
    model_digest: str
    ending: str | None
    ended: str | None
    fault: str | None


class ServingTold(Told):
    """A host began to serve a version."""

    at: Moment
    host: str
    version: int
    digest: str
    why: str
    who: str


class Then(Told):
    """What was in production at a moment, by the records and by what the hosts did."""

    at: Moment
    champion: PromotionTold | None
    hosts: list[ServingTold]
    words: str


class HistoryPage(Page):
    """Promotions as the registry keeps them, and one page of what this fleet served, newest first."""

    promotions: list[PromotionTold] | None = Field(description="null where no registry was seen yet")
    faults: list[str] = Field(description="why the chain of promotion records cannot be trusted; empty: it holds")
    events: list[ServingTold]
    then: Then | None
