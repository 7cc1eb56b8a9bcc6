"""POST /predict/file: customers in, the same form with answers out, streamed; the rejected rows to be fetched."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi import Path as InPath

from churn.errors import UnknownPrediction
from churn.scoring.files import forms
from churn.services.api import asked, described, file_flow, spool, streams
from churn.services.api.arrival import Arrival
from churn.services.api.file_flow import FILES, SENDERS, Left, Sent, Slots
from churn.services.api.needs import Caller, Known, RequestId
from churn.services.api.problems import Refusal
from churn.services.api.state import State
from churn.stores.ledger.entries import new_id

ASKED = frozenset({"purpose", "observed_at", "ignore"})
BODIES = {form.media: {"schema": {"type": "string", "format": "binary"}} for form in forms.FORMS}
IGNORE = {
    "name": "ignore",
    "in": "query",
    "schema": {"type": "string"},
    "description": "columns beside the contract's to pass through unread, separated by commas",
}
HEADERS = {
    "X-Record-Id": {"schema": {"type": "string"}, "description": "the file's record; a row's prediction is record.row"},
    "X-Rejected-Rows": {"schema": {"type": "integer"}, "description": "rows that were not scored"},
    "Link": {"schema": {"type": "string"}, "description": "where the rejected rows are, if there are any"},
}
SCORED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The same columns and rows, with the answers beside them",
        "content": BODIES,
        "headers": HEADERS,
    }
}
LINES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A line a fault: row (from 0), column, value, reason, and the row as it arrived",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    },
    404: {"description": "No rejected rows are kept under this record"},
}

Record = Annotated[str, InPath(min_length=28, max_length=28, pattern="^[0-9a-f]{28}$")]

router = APIRouter(tags=["Predictions"])
senders, slots = Slots(SENDERS), Slots(FILES)


@router.post(
    "/predict/file", operation_id="predict_file", summary="Score a file of customers", response_class=Response,
    responses=SCORED,
    openapi_extra={
        "requestBody": {"required": True, "content": BODIES},
        "parameters": [one for one in [*described.QUERY, IGNORE] if one["name"] in ASKED],
    },
)  # fmt: skip
async def predict_file(request: Request, known: Known, caller: Caller, request_id: RequestId) -> Response:
    """Send CSV, Parquet or Arrow in the raw columns; the same form comes back. The whole file is one record."""
    query, headers = dict(request.query_params), dict(request.scope["headers"])
    sent = _sent(known, Arrival(request_id, caller, request.url.path, query, headers, b""))
    senders.take()
    try:
        return await _answered(known, sent, request)
    except BaseException:
        senders.give()
        raise


@router.get(
    "/predict/file/{record}/rejects", operation_id="file_rejects", summary="Fetch the rejected rows of a file",
    response_class=Response, responses=LINES,
)  # fmt: skip
async def file_rejects(record: Record, known: Known, caller: Caller) -> Response:
    """Fetch them within six hours, from the host that scored the file, with the key that sent it."""
    file = await asyncio.to_thread(spool.rejects, _root(known), record, caller.name)
    if file is None:
        raise UnknownPrediction(f"no rejected rows are kept under {record!r}")
    named = {"content-disposition": f'attachment; filename="{record}.rejects.csv"'}
    return streams.Streamed(file, forms.CSV.media, named, known.settings.request_seconds)


def _sent(known: State, arrival: Arrival) -> Sent:
    media = arrival.headers.get(b"content-type", b"").decode("latin-1")
    form = forms.of_media(media)
    if form is None:
        raise Refusal(415, f"send Content-Type {', '.join(one.media for one in forms.FORMS)}")
    if asked.idempotency_key(arrival) is not None:
        raise Refusal(422, "an Idempotency-Key goes with JSON answers; a file that is sent twice is scored twice")
    ignore = tuple(name for name in arrival.query.get("ignore", "").split(",") if name)
    return Sent(new_id(), form, asked.terms(known.settings, arrival, ASKED), ignore, arrival)


async def _answered(known: State, sent: Sent, request: Request) -> Response:
    settings, root = known.settings, _root(known)
    limit = int(settings.max_file_mb * streams.MEGA)
    await asyncio.to_thread(spool.sweep, root, limit)
    with spool.place(root, sent.record) as place:
        await streams.receive(request, place.arrived, limit, settings.request_seconds)
        await slots.wait(settings.request_seconds)
        try:
            tally = await file_flow.score(known, sent, place, request.receive)
        except Left:
            senders.give()
            return Response(status_code=499)
        finally:
            slots.give()
        headers = {"X-Record-Id": sent.record, "X-Rejected-Rows": str(tally.rejected)}
        if tally.rejected:
            headers["Link"] = f'</predict/file/{sent.record}/rejects>; rel="rejects"'
            spool.keep(root, place, sent.record, sent.arrival.caller.name)
        file = place.answers.open("rb")
    return streams.Streamed(file, sent.form.media, headers, settings.request_seconds, senders.give)


def _root(known: State) -> Path:
    return known.settings.lock_dir / "files"
