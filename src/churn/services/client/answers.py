"""What becomes of an answer: a typed result, or an error that says which of the four ways it went wrong."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import random
from typing import Any, TypeVar

import httpx
from pydantic import ValidationError

from churn.errors import ServiceDown, ServiceError, ServiceSlow, ServiceStrange
from churn.services.client.call import Call

T = TypeVar("T")
PASSING = frozenset({429, 502, 503, 504})
"""Statuses after which the same request may fare better."""
FIRST_WAIT = 0.1


@dataclass(slots=True)
class Attempts:
    """How often, and for how long altogether, a request is sent again."""

    call: Call[Any]
    patience: float
    most: int = 5
    tried: int = 0
    began: float = field(default_factory=time.monotonic)

    def after(self, fault: ServiceError) -> float:
        """Give the seconds to wait before the next attempt; raises the fault when there is to be none."""
        self.tried += 1
        pause = FIRST_WAIT * 2.0 ** (self.tried - 1) * (0.5 + random())  # noqa: S311  # nosec B311 spreads retries, guards nothing
        wait = max(fault.retry_after or 0.0, pause)
        spent = time.monotonic() - self.began
        hopeful = isinstance(fault, ServiceDown | ServiceSlow) or fault.status in PASSING
        if not (hopeful and self.call.repeatable and self.tried < self.most and spent + wait <= self.patience):
            raise fault
        return wait


def read(call: Call[T], answer: httpx.Response) -> T:
    """Give the result in an answer. Raises ServiceError."""
    if answer.status_code not in call.also:
        refuse(answer)
    try:
        return call.read(answer)
    except ValidationError as fault:
        first = fault.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the answer"
        words = f"{call.method} {call.path} answers what this client does not know ({place}: {first['msg']})"
        raise ServiceStrange(f"{words}; service and client are of different versions", status=200) from fault


def refuse(answer: httpx.Response) -> None:
    """Raise the problem that an answer tells, if it does."""
    if answer.is_success:
        return
    try:
        told = answer.json()
    except ValueError:
        told = None
    if not _is_problem(told):
        words = f"{answer.request.method} {answer.request.url.path}: {answer.status_code} and no problem told"
        kind = ServiceError if answer.status_code in PASSING else ServiceStrange
        raise kind(
            f"{words}; is it this service that listens there?", status=answer.status_code, retry_after=_wait(answer)
        )
    raise _problem(answer, told)


def unheard(fault: httpx.RequestError, url: httpx.URL | str, seconds: float) -> ServiceError:
    """Say why no answer came, or none that could be read."""
    url = plain(url)
    if isinstance(fault, httpx.DecodingError | httpx.TooManyRedirects):
        return ServiceStrange(f"{url} answers what cannot be read ({fault}); is it this service that listens there?")
    if isinstance(fault, httpx.ConnectError | httpx.ConnectTimeout):
        return ServiceDown(f"nobody answers at {url}; start the service: make api")
    if isinstance(fault, httpx.TimeoutException):
        return ServiceSlow(f"{url} did not answer within {seconds:g} s; ask for less, or wait longer (timeout)")
    return ServiceDown(f"{url} broke off: {str(fault) or type(fault).__name__}; ask again")


def plain(url: httpx.URL | str) -> str:
    """Spell an address for whoever looks: without the name and the password that may stand in it."""
    return str(httpx.URL(url).copy_with(userinfo=b"")).rstrip("/")


def _problem(answer: httpx.Response, told: Mapping[str, Any]) -> ServiceError:
    return ServiceError(
        _sentence(told),
        status=answer.status_code,
        title=str(told["title"]),
        errors=told.get("errors") or (),
        retry_after=_wait(answer),
        request_id=answer.headers.get("x-request-id"),
    )


def _is_problem(told: Any) -> bool:
    if not isinstance(told, dict) or "detail" not in told or "title" not in told:
        return False
    errors = told.get("errors") or ()
    return isinstance(errors, list | tuple) and all(isinstance(one, dict) for one in errors)


def _sentence(told: Mapping[str, Any]) -> str:
    """Say the detail, and the first of its errors."""
    cells = [f"{one.get('column')} {one.get('reason')}" for one in (told.get("errors") or ())[:3]]
    return f"{told['detail']}: {'; '.join(cells)}" if cells else str(told["detail"])


def _wait(answer: httpx.Response) -> float | None:
    said = answer.headers.get("retry-after", "")
    return float(said) if said.isdigit() else None
