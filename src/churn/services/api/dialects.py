"""What the doors of other protocols share: terms among their parameters, and problems in their words."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import orjson

from churn.services.api.arrival import JSON, Arrival, Reply
from churn.services.api.problems import MEDIA, Refusal

T = TypeVar("T")
LARGE = 262_144
"""Bytes from which a body is read beside the loop, so that others need not wait."""
TERMS = ("purpose", "observed_at")

MLFLOW = frozenset({"/invocations"})
CODES = {
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "RESOURCE_DOES_NOT_EXIST",
    405: "ENDPOINT_NOT_FOUND",
    409: "RESOURCE_CONFLICT",
    429: "REQUEST_LIMIT_EXCEEDED",
    500: "INTERNAL_ERROR",
    503: "TEMPORARILY_UNAVAILABLE",
}
TOLD = 5


async def read(reader: Callable[[Arrival], T], arrival: Arrival) -> T:
    """Read a body, a large one in a thread."""
    return await asyncio.to_thread(reader, arrival) if len(arrival.body) > LARGE else reader(arrival)


def with_terms(arrival: Arrival, params: Any) -> Arrival:
    """Take the terms of a request also from the protocol's own parameters. Raises Refusal."""
    if params is not None and type(params) is not dict:
        raise Refusal(400, "the parameters are an object")
    given: Mapping[str, Any] = params or {}
    if "explain" in arrival.query:
        raise Refusal(422, "this protocol has no place for reasons; explain=true goes with POST /predict")
    for name in TERMS:
        if name in given and arrival.query.get(name, str(given[name])) != str(given[name]):
            raise Refusal(422, f"{name} is one thing in the query and another among the parameters; which is meant?")
    return replace(arrival, query={name: str(given[name]) for name in TERMS if name in given} | arrival.query)


def without_explain(described: dict[str, Any]) -> dict[str, Any]:
    """Take out of a description what these protocols have no place for."""
    return described | {"parameters": [one for one in described["parameters"] if one["name"] != "explain"]}


def spoken(path: str, reply: Reply) -> Reply:
    """Give a problem in the dialect that belongs to this path; any other answer as it is."""
    if reply.media != MEDIA or not (path in MLFLOW or path.startswith("/v2/")):
        return reply
    problem = orjson.loads(reply.body)
    status = 400 if reply.status == 422 else reply.status
    if path in MLFLOW:
        content = {"error_code": CODES.get(status, "BAD_REQUEST"), "message": _sentence(problem)}
    else:
        content = {"error": _sentence(problem)}
    return Reply(status, orjson.dumps(content), reply.headers, JSON)


def _sentence(problem: dict[str, Any]) -> str:
    errors = problem.get("errors", [])
    more = len(errors) - TOLD + problem.get("errors_left_out", 0)
    told = [_cell(one) for one in errors[:TOLD]] + ([f"and {more} more"] if more > 0 else [])
    return f"{problem['detail']}: {'; '.join(told)}" if told else str(problem["detail"])


def _cell(error: dict[str, Any]) -> str:
    place = [f"row {error['index']}"] if "index" in error else []
    place += [f"column {error['column']}"] if error.get("column") else []
    found = f" (found {error['found']!r})" if "found" in error else ""
    return f"{', '.join(place)}: {error['reason']}{found}" if place else f"{error['reason']}{found}"
