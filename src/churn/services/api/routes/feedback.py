"""What came of predictions: what happened, who was contacted, who must be left in peace."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from churn.services.api import faults, noting
from churn.services.api.arrival import Arrival
from churn.services.api.described import ONCE
from churn.services.api.needs import Caller, Known, RequestId
from churn.services.api.noting import Kind, Row
from churn.services.api.problems import Refusal
from churn.services.api.reading import allowed
from churn.services.api.schemas.feedback import (
    ContactGiven,
    FeedbackAsked,
    Noted,
    NotedMany,
    OutcomeGiven,
    SuppressionGiven,
)
from churn.services.api.schemas.told import micro, problems
from churn.services.api.state import State
from churn.stores.ledger import entries, feedback

router = APIRouter(tags=["Feedback"])

Purpose = Annotated[FeedbackAsked, Query()]
BOTH = Noted | NotedMany
REPEATED = {
    "id": "0198f0c3a1b25f0e9d7c6b5a4f3e", "customer_id": "7590-VHVEG", "repeated": True, "purpose": "production",
}  # fmt: skip
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "All of it was there before",
        "model": BOTH,
        "content": {"application/json": {"example": REPEATED}},
    },
    **problems(404, 409, 410),
}


def given(model: type[Any]) -> dict[str, Any]:
    """Spell the body: one, or a list of them."""
    one = model.model_json_schema()
    schema = {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}
    content = {"application/json": {"schema": schema, "example": one["example"]}}
    return {"requestBody": {"required": True, "content": content}, "parameters": [ONCE]}


@router.post(
    "/outcomes", summary="What happened", status_code=201, response_model=BOTH, responses=ANSWERS,
    openapi_extra=given(OutcomeGiven),
)  # fmt: skip
async def outcomes(request: Request, known: Known, caller: Caller, request_id: RequestId, terms: Purpose) -> Response:
    """Note whether customers had left on a day; one, or a list, of which each row is noted or refused by itself."""
    purpose, now = allowed(known, terms.purpose), entries.now()

    def put(connection: Any, row: OutcomeGiven) -> Row:
        name = known.ledger.customer(row.customer_id)
        said = (name, row.churned, row.observed_on, row.prediction_id, now, caller.name, purpose)
        return feedback.outcome(connection, *said)

    return await _answer(request, known, Kind(OutcomeGiven, put), caller, request_id)


@router.post(
    "/contacts", summary="Who was offered what", status_code=201, response_model=BOTH, responses=ANSWERS,
    openapi_extra=given(ContactGiven),
)  # fmt: skip
async def contacts(request: Request, known: Known, caller: Caller, request_id: RequestId, terms: Purpose) -> Response:
    """Note who was contacted, and who was held out on purpose: against them the campaign is measured."""
    purpose = allowed(known, terms.purpose)

    def put(connection: Any, row: ContactGiven) -> Row:
        name, at = known.ledger.customer(row.customer_id), micro(row.at)
        said = (name, at, row.channel, row.offer, row.held_out, row.prediction_id, caller.name, purpose)
        return feedback.contact(connection, *said)

    return await _answer(request, known, Kind(ContactGiven, put), caller, request_id)


@router.post(
    "/suppressions", summary="Who must not be called", status_code=201, response_model=BOTH, responses=ANSWERS,
    openapi_extra=given(SuppressionGiven),
)  # fmt: skip
async def suppressions(request: Request, known: Known, caller: Caller, request_id: RequestId) -> Response:
    """Note who must not be called, why, and until which day."""
    if request.query_params:
        raise Refusal(422, "a suppression is of no purpose and has no query parameters; leave them out")
    now = entries.now()

    def put(connection: Any, row: SuppressionGiven) -> Row:
        name = known.ledger.customer(row.customer_id)
        return feedback.suppression(connection, name, row.reason, row.until, now, caller.name)

    return await _answer(request, known, Kind(SuppressionGiven, put), caller, request_id)


async def _answer(request: Request, known: State, kind: Kind, caller: Any, request_id: str) -> Response:
    query, headers = dict(request.query_params), dict(request.scope["headers"])
    arrival = Arrival(request_id, caller, request.url.path, query, headers, await request.body())
    return faults.response(await noting.note(known, arrival, kind))
