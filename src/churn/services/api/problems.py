"""What is wrong, as RFC 9457 spells it, without a word about the inside."""

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import orjson

from churn.errors import (
    BundleError,
    ChurnError,
    Conflict,
    Erased,
    IdempotencyConflict,
    LedgerError,
    LedgerFull,
    ModelError,
    UnknownPrediction,
)
from churn.services.api.arrival import Reply

MEDIA = b"application/problem+json"
ERRORS_TOLD = 100
"""A body with more faults is told so; nobody reads ten thousand."""

log = logging.getLogger("churn.api")

Told = Mapping[str, Any]


class Refusal(ChurnError):
    """Say why a request is refused, with the status that goes with it."""

    def __init__(self, status: int, detail: str, errors: Iterable[Told] = (), retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.status, self.errors, self.retry_after = status, list(errors), retry_after


def problem(
    status: int, detail: str, request_id: str, errors: Iterable[Told] = (), retry_after: float | None = None
) -> Reply:
    """Spell a problem; `retry_after` is in seconds, told in whole ones."""
    told = list(errors)
    phrase = HTTPStatus(status).phrase
    content: dict[str, Any] = {
        "type": f"urn:churn:problem:{phrase.lower().replace(' ', '-')}",
        "title": phrase,
        "status": status,
        "detail": detail,
        "instance": f"urn:churn:request:{request_id}",
    }
    if told:
        content["errors"] = told[:ERRORS_TOLD]
    if len(told) > ERRORS_TOLD:
        content["errors_left_out"] = len(told) - ERRORS_TOLD
    headers = [] if retry_after is None else [(b"retry-after", b"%d" % max(1, round(retry_after + 0.499)))]
    if status == HTTPStatus.UNAUTHORIZED:
        headers.append((b"www-authenticate", b'Bearer realm="churn"'))
    return Reply(status, orjson.dumps(content), tuple(headers), MEDIA)


def of(fault: BaseException, request_id: str) -> Reply:
    """Turn whatever went wrong into a problem; a bug is logged, and says nothing of itself outside."""
    if isinstance(fault, Refusal):
        return problem(fault.status, str(fault), request_id, fault.errors, fault.retry_after)
    status, retry_after = known_as(fault)
    if status:
        return problem(status, str(fault) if status in SPOKEN else SILENT[status], request_id, (), retry_after)
    if isinstance(fault, TimeoutError):
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, TOO_SLOW, request_id, (), 1)
    log.error("request %s failed", request_id, exc_info=fault)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "the fault is ours; it is logged under this request", request_id)


def known_as(fault: BaseException) -> tuple[int, float | None]:
    """Give the status that goes with a fault of ours, 0 where none does, and in how many seconds to ask again."""
    return next(((status, wait) for kind, status, wait in KNOWN if isinstance(fault, kind)), (0, None))


TOO_SLOW = "it took too long; with an Idempotency-Key the same request may safely be sent again"
KNOWN: tuple[tuple[type[ChurnError], int, float | None], ...] = (
    (UnknownPrediction, 404, None),
    (Erased, 410, None),
    (Conflict, 409, None),
    (IdempotencyConflict, 422, None),
    (LedgerFull, 503, 1),
    (LedgerError, 503, 5),
    (BundleError, 503, 2),
    (ModelError, 503, 5),
)
SPOKEN = {404, 409, 410, 422}
SILENT = {503: "the ledger or the model is away; nothing of this request was kept, send it again later"}
