"""The call list."""

from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query

from churn.errors import ExplainerAway
from churn.services.api.needs import Known
from churn.services.api.reading import allowed, ask
from churn.services.api.schemas.calls import CallList, CallsAsked
from churn.services.api.state import State
from churn.stores.ledger import entries
from churn.stores.ledger.queries.call_list import Calls, call_list
from churn.stores.ledger.queries.cells import DAY

router = APIRouter(tags=["Campaign"])

REASONS = 3


@router.get("/call-list", summary="Whom to call, best first")
async def calls(known: Known, asked: Annotated[CallsAsked, Query()]) -> CallList:
    """List the offers that are worth more than they cost, without those who must be left in peace.

    Best first until capacity or budget ends; customers of one value stand by name, so that the list is the same each
    time. Reasons are those of the model that serves now.
    """
    now = entries.now()
    wanted = Calls(
        purpose=allowed(known, asked.purpose),
        today=datetime.now(UTC).date(),
        rested=now - asked.rest_days * DAY,
        campaign=known.served.engine.campaign,
        capacity=asked.capacity,
        budget=asked.budget,
        limit=asked.limit,
        offset=asked.offset,
    )
    found = await ask(known, call_list, wanted)
    rows = [orjson.loads(call.pop("inputs")) for call in found["calls"]]
    try:
        reasons, lacking = await _reasons(known, rows), ""
    except ExplainerAway as fault:
        reasons, lacking = [[] for _ in rows], f"; reasons are missing: {fault}"
    calls = [call | {"reasons": said} for call, said in zip(found.pop("calls"), reasons, strict=True)]
    told = {"total": found["customers"], "limit": asked.limit, "offset": asked.offset}
    return CallList(**told, **found, calls=calls, words=_words(found) + lacking)


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
    out = found["excluded"]
    told = ", ".join(f"{count} {cause}" for cause, count in out.items() if count)
    left = f"; left out: {told}" if told else ""
    return (
        f"{found['customers']} calls are worth {found['expected_value']:,.0f} at a cost of {found['cost']:,.0f}{left}"
    )
