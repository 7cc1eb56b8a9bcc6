"""What was in production when: by the promotion records, and by what this fleet's hosts really served."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query

from churn.services.api.needs import Known
from churn.services.api.reading import ask
from churn.services.api.schemas.history import HistoryAsked, HistoryPage, PromotionTold, ServingTold, Then
from churn.services.api.schemas.told import iso, micro
from churn.services.api.state import State
from churn.stores import notices
from churn.stores.ledger.queries import served

router = APIRouter(tags=["Model"])

Promotion = dict[str, Any]


@router.get("/history", summary="What was in production when")
async def history(known: Known, asked: Annotated[HistoryAsked, Query()]) -> HistoryPage:
    """Tell every promotion and rollback, and a page of what hosts began to serve; `at` asks for one moment.

    The promotion records are a chain: each holds the digest of the one before it. Whatever breaks it is in `faults`.
    """
    seen = await asyncio.to_thread(notices.registry, known.settings.bundle_dir)
    promotions: list[Promotion] | None = seen["promotions"] if seen else None
    found = await ask(known, served.events, asked.limit, asked.offset)
    faults = [f"promotion record {one['number']}: {one['fault']}" for one in promotions or [] if one["fault"]]
    return HistoryPage(
        total=found["total"],
        limit=asked.limit,
        offset=asked.offset,
        promotions=None if promotions is None else [PromotionTold(**one) for one in promotions],
        faults=faults,
        events=[ServingTold(**one) for one in found["events"]],
        then=await _then(known, promotions, asked.at, faults) if asked.at is not None else None,
    )


async def _then(known: State, promotions: list[Promotion] | None, at: datetime, faults: list[str]) -> Then:
    moment = at if at.tzinfo else at.replace(tzinfo=UTC)
    hosts = await ask(known, served.at, micro(moment))
    champion = _champion(promotions or [], moment)
    return Then(
        at=iso(micro(moment)),
        champion=PromotionTold(**champion) if champion else None,
        hosts=[ServingTold(**one) for one in hosts],
        words=_words(promotions, champion, hosts, faults),
    )


def _champion(promotions: list[Promotion], moment: datetime) -> Promotion | None:
    """Find the last move of the alias that was done by then."""
    done = [one for one in promotions if one["ending"] == "done" and _parsed(one["ended"] or one["when"]) <= moment]
    return done[-1] if done else None


def _parsed(when: str) -> datetime:
    """Read the time of a record; one that cannot be read was never."""
    try:
        found = datetime.fromisoformat(when)
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _words(promotions: list[Promotion] | None, champion: Promotion | None, hosts: list[Any], faults: list[str]) -> str:
    if promotions is None:
        said = "the registry's records have not been seen by this host yet"
    elif champion is None:
        said = "by the records no version was champion then"
    else:
        said = f"by the records version {champion['to_version']} was champion ({champion['action']}, {champion['who']})"
    versions = sorted({one["version"] for one in hosts})
    served_then = f"hosts served version {', '.join(map(str, versions))}" if versions else "no host had told of serving"
    return f"{said}; {served_then}" + ("; the records cannot all be trusted, see faults" if faults else "")
