"""The call list, and who is left out of it."""

from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query

from churn.errors import ExplainerAway
from churn.services.api import filters
from churn.services.api.left_out import explained
from churn.services.api.needs import Known
from churn.services.api.reading import allowed, ask
from churn.services.api.schemas.calls import CallList, CallsAsked, ExcludedAsked, ExcludedPage, OffersAsked
from churn.services.api.state import State
from churn.stores.ledger import entries
from churn.stores.ledger.lots import quarter
from churn.stores.ledger.queries.call_list import Calls, call_list
from churn.stores.ledger.queries.cells import DAY
from churn.stores.ledger.queries.excluded import Excluded, excluded

router = APIRouter(tags=["Campaign"])

REASONS = 3


@router.get("/call-list", summary="Whom to call, best first")
async def calls(known: Known, asked: Annotated[CallsAsked, Query()]) -> CallList:
    """List the offers that are worth more than they cost, without those who must be left in peace.

    Best first until capacity or budget ends; customers of one value stand by name, so that the list is the same each
    time. Reasons are those of the model that serves now. A share of those whom the list reaches is held out by chance:
    they are on no list, stand under `arm=held_out`, and are told to POST /contacts with `held_out`, so that
    GET /campaign can compare them with whoever was called.
    """
    share = known.served.engine.campaign.holdout if asked.holdout is None else asked.holdout
    named = asked.model_dump(include={"capacity", "budget", "arm", "agent_calls", "limit", "offset"})
    wanted = Calls(**_whose(known, asked, entries.now()), **named, holdout=share)
    found = await ask(known, call_list, wanted)
    rows = [orjson.loads(call.pop("inputs")) for call in found["calls"]]
    try:
        reasons, lacking = await _reasons(known, rows), ""
    except ExplainerAway as fault:
        reasons, lacking = [[] for _ in rows], f"; reasons are missing: {fault}"
    calls = [call | {"reasons": said} for call, said in zip(found.pop("calls"), reasons, strict=True)]
    total = found["customers"] if asked.arm == "call" else found["held_out"]["customers"]
    told = {"total": total, "limit": asked.limit, "offset": asked.offset, "arm": asked.arm, "holdout": share}
    return CallList(**told, **found, quarter=quarter(wanted.today), calls=calls, words=_words(found) + lacking)


@router.get("/call-list/excluded", summary="Who is left out of the call list, and why")
async def left_out(known: Known, asked: Annotated[ExcludedAsked, Query()]) -> ExcludedPage:
    """List who is worth an offer and is left in peace, each with the first cause that holds, in its own words.

    In the order of the call list. Who is held out by chance is no part of it until a contact notes it: see
    `arm=held_out` of GET /call-list.
    """
    now, limit, offset = entries.now(), asked.limit, asked.offset
    wanted = Excluded(**_whose(known, asked, now), cause=asked.cause, limit=limit, offset=offset)
    found = await ask(known, excluded, wanted)
    rows = [explained(row, wanted, now) for row in found["customers"]]
    return ExcludedPage(total=found["total"], limit=limit, offset=offset, customers=rows)


def _whose(known: State, asked: OffersAsked, now: int) -> dict[str, Any]:
    """Spell whose offers are asked for, as the ledger is asked. Raises Refusal."""
    filters.known_tier(known, asked.tier)
    campaign = known.served.engine.campaign
    return {
        "purpose": allowed(known, asked.purpose),
        "today": datetime.now(UTC).date(),
        "rested": now - asked.rest_days * DAY,
        "tested": now - campaign.horizon_days * DAY,
        "campaign": campaign,
        "tier": asked.tier,
        "groups": filters.groups(asked.segment),
    }


async def _reasons(known: State, rows: list[dict[str, Any]]) -> list[list[str]]:
    """Say why each is on the list: what raises the risk, strongest first."""
    engine = known.served.engine
    shares: list[Any] = [None] * len(rows)
    if engine.needs_explainer and rows:
        shares = list(await known.explainer.contributions(engine, rows))
    return [_strongest(engine.reasons(row, share)) for row, share in zip(rows, shares, strict=True)]


def _strongest(reasons: list[dict[str, Any]]) -> list[str]:
    raising = [one for one in reasons if one["direction"] == "raises"]
    others = [one for one in reasons if one["direction"] != "raises"]
    return [one["text"] for one in [*raising, *others][:REASONS]]


def _words(found: dict[str, Any]) -> str:
    calls, out, held = found["customers"], found["excluded"], found["held_out"]["customers"]
    told = ", ".join(f"{count} {cause}" for cause, count in out.items() if count)
    left = f"; left out: {told}" if told else ""
    apart = f"; {held} held out by chance, to measure the effect" if held else ""
    if not calls:
        return f"nobody is to be called{apart}{left}"
    number = "1 call is" if calls == 1 else f"{calls:,} calls are"
    return f"{number} worth {found['expected_value']:,.0f} at a cost of {found['cost']:,.0f}{apart}{left}"
