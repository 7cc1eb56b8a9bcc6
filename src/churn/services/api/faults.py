"""What the framework itself refuses, spelt as every other problem."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from churn.errors import ChurnError
from churn.services.api import dialects, problems
from churn.services.api.arrival import Reply

SHOWN = 60
PLACES = {"query": "among the query parameters", "header": "among the headers", "path": "in the path"}
PLAIN = {"missing": "is missing", "extra_forbidden": "is not known"}
"""Faults that the framework names by where they are."""


def install(app: FastAPI) -> None:
    """Let the framework answer with problems."""
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(ChurnError, _ours)
    app.add_exception_handler(Exception, _ours)


def response(reply: Reply, headers: Mapping[str, str] | None = None) -> Response:
    """Give a reply to the framework."""
    own = {name.decode(): value.decode() for name, value in reply.headers} | dict(headers or {})
    return Response(reply.body, reply.status, own, reply.media.decode())


async def _malformed(request: Request, fault: Exception) -> Response:
    errors = [_told(one) for one in fault.errors()] if isinstance(fault, RequestValidationError) else []
    broken = any(one["reason"].startswith("JSON") for one in errors)
    words = "the body is not JSON" if broken else "the request breaks what GET /openapi.json says"
    return _said(request, problems.problem(400 if broken else 422, words, request.scope["churn.request_id"], errors))


async def _refused(request: Request, fault: Exception) -> Response:
    status, headers = (fault.status_code, fault.headers) if isinstance(fault, HTTPException) else (500, None)
    words = {404: "nothing is found under this address", 405: "this address does not know that method"}
    detail = words.get(status, str(getattr(fault, "detail", "")))
    return _said(request, problems.problem(status, detail, request.scope["churn.request_id"]), headers)


async def _ours(request: Request, fault: Exception) -> Response:
    return _said(request, problems.of(fault, request.scope["churn.request_id"]))


def _said(request: Request, reply: Reply, headers: Mapping[str, str] | None = None) -> Response:
    return response(dialects.spoken(request.url.path, reply), headers)


def _told(error: Mapping[str, Any]) -> dict[str, Any]:
    """Name the place and the reason in plain words; what was sent is not repeated."""
    place = [part for part in error["loc"] if part not in ("body", "query", "path", "header")]
    index = next((part for part in place if isinstance(part, int)), None)
    column = ".".join(str(part) for part in place if not isinstance(part, int))[:SHOWN]
    told = {"column": column or "body", "reason": _reason(error)}
    return told if index is None else {"index": index, **told}


def _reason(error: Mapping[str, Any]) -> str:
    if error["type"] not in PLAIN:
        return str(error["msg"]).removeprefix("Value error, ").replace("Input should be", "should be", 1)
    where = PLACES.get(error["loc"][0], "in the body") if len(error["loc"]) > 1 else ""
    return f"{PLAIN[error['type']]} {where}".strip()
