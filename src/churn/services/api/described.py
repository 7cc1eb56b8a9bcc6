"""The hot routes as the framework knows them: described here, answered by the same functions."""

from typing import Any

from fastapi import APIRouter, Request, Response

from churn.services.api import spelling
from churn.services.api.arrival import Arrival
from churn.services.api.hot import HOT
from churn.services.api.needs import Caller, Known, RequestId
from churn.stores.ledger.entries import PURPOSES

router = APIRouter()

QUERY: list[dict[str, Any]] = [
    {
        "name": "explain",
        "in": "query",
        "schema": {"type": "boolean", "default": False},
        "description": "add reasons and what the firm can change",
    },
    {
        "name": "purpose",
        "in": "query",
        "schema": {"enum": [*PURPOSES], "default": "production"},
        "description": "only production feeds monitoring, retraining and money",
    },
    {
        "name": "observed_at",
        "in": "query",
        "schema": {"type": "string", "format": "date-time"},
        "description": "when it is taken to happen: scope admin, in simulation mode, and it forces purpose simulated",
    },
]
ONCE: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "description": "the same key with the same request gives the first answer again",
}
ANSWERS: dict[str, Any] = {
    "plain": {"summary": "as it is asked", "value": spelling.ANSWER},
    "explained": {"summary": "with explain=true", "value": spelling.EXPLAINED},
}


async def by_framework(request: Request, known: Known, caller: Caller, request_id: RequestId) -> Response:
    """Answer a hot route that came through the framework."""
    arrival = Arrival(
        request_id,
        caller,
        request.url.path,
        dict(request.query_params),
        dict(request.scope["headers"]),
        await request.body(),
    )
    reply = await HOT["POST", arrival.path](known, arrival)
    headers = {name.decode(): value.decode() for name, value in reply.headers}
    return Response(reply.body, reply.status, headers, reply.media.decode())


def beyond(body: dict[str, Any], media: str = "application/json") -> dict[str, Any]:
    """Spell what the signature does not say: the body, the query and the Idempotency-Key."""
    content = {media: {"schema": body}}
    return {"requestBody": {"required": True, "content": content}, "parameters": [*QUERY, ONCE]}


router.add_api_route(
    "/predict",
    by_framework,
    methods=["POST"],
    name="predict",
    operation_id="predict",
    tags=["Predictions"],
    summary="Score one customer",
    description="One customer in the raw columns. The answer leaves when it is durable.",
    response_model=spelling.ExplainedAnswer,
    responses={200: {"content": {"application/json": {"examples": ANSWERS}}}},
    openapi_extra=beyond(spelling.row()),
)
router.add_api_route(
    "/predict/batch",
    by_framework,
    methods=["POST"],
    name="predict_batch",
    operation_id="predict_batch",
    tags=["Predictions"],
    summary="Score a list of customers",
    description="Valid customers are scored; the others come back with their index and reasons.",
    response_model=spelling.BatchAnswer,
    openapi_extra=beyond(spelling.batch()),
)
