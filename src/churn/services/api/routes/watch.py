"""What monitoring read, and what was decided upon it."""

from typing import Annotated

from fastapi import APIRouter, Query

from churn.services.api.needs import Known
from churn.services.api.reading import allowed
from churn.services.api.schemas.readings import (
    DecisionsAsked,
    DecisionsPage,
    DecisionTold,
    ReadingsAsked,
    ReadingsPage,
    ReadingTold,
)
from churn.stores.ledger import entries
from churn.stores.ledger.queries.cells import DAY
from churn.stores.ledger.watch import decisions as kept
from churn.stores.ledger.watch import readings as read

router = APIRouter(prefix="/monitoring", tags=["Monitoring"])


@router.get("/readings", summary="What monitoring read, window by window")
async def readings(known: Known, asked: Annotated[ReadingsAsked, Query()]) -> ReadingsPage:
    """Give one page of readings: of each window, kind and version the last word, the newest window first."""
    purpose, now = allowed(known, asked.purpose), entries.now()
    query, until = read.newest_page if asked.newest else read.page, None if purpose == "simulated" else now
    since = now - asked.days * DAY
    found = await known.ledger.read(query, purpose, asked.kind, since, asked.limit, asked.offset, until)
    told = [ReadingTold(**one) for one in found["readings"]]
    return ReadingsPage(total=found["total"], limit=asked.limit, offset=asked.offset, readings=told)


@router.get("/decisions", summary="What was decided upon the readings")
async def decisions(known: Known, asked: Annotated[DecisionsAsked, Query()]) -> DecisionsPage:
    """Give one page of decisions, the newest first; a decision that says nothing new is not kept again."""
    purpose, since = allowed(known, asked.purpose), entries.now() - asked.days * DAY
    found = await known.ledger.read(kept.page, purpose, since, asked.limit, asked.offset)
    told = [DecisionTold(**one) for one in found["decisions"]]
    return DecisionsPage(total=found["total"], limit=asked.limit, offset=asked.offset, decisions=told)
