"""One question to the service, spelt before it is sent, so that a client that waits and one that does not ask alike."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """A request and the type of its answer."""

    method: str
    path: str
    gives: type[T]
    query: Mapping[str, str | list[str]] = field(default_factory=dict)
    content: bytes | None = None
    key: str | None = None
    also: frozenset[int] = frozenset()
    """Statuses beside 2xx whose body is an answer too."""
    seconds: float | None = None
    """How long this one may take, where that is longer than usual."""
    reader: Callable[[httpx.Response], T] | None = None
    """What reads an answer that is not JSON."""

    @property
    def repeatable(self) -> bool:
        """Say whether asking twice does no more than asking once."""
        return self.method in ("GET", "DELETE") or self.key is not None

    @property
    def headers(self) -> dict[str, str]:
        """Give the headers that belong to this request."""
        said = {} if self.content is None else {"content-type": "application/json"}
        return said if self.key is None else said | {"idempotency-key": self.key}

    def read(self, answer: httpx.Response) -> T:
        """Read the answer. Raises pydantic.ValidationError."""
        return self.reader(answer) if self.reader else TypeAdapter(self.gives).validate_json(answer.content)


def get(path: str, gives: type[T], **query: Any) -> Call[T]:
    """Ask for something."""
    return Call("GET", path, gives, spelt(query))


def post(path: str, gives: type[T], content: Any, key: str | None = None, **query: Any) -> Call[T]:
    """Send something, under a key of its own unless one is given."""
    return Call("POST", path, gives, spelt(query), body(content), key or uuid.uuid4().hex)


def body(content: Any) -> bytes:
    """Spell a body."""
    return json.dumps(content, default=str, allow_nan=False).encode()


def spelt(query: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """Spell what is given of a query; None and nothing at all are not given."""
    return {name: _word(one) for name, one in query.items() if one is not None and one != ()}


def part(name: object) -> str:
    """Spell a name as one part of a path; `.` and `..` too are names, and not the way to another address."""
    spelt = quote(str(name), safe="")
    return spelt if spelt.strip(".") else spelt.replace(".", "%2E")


def _word(value: Any) -> str | list[str]:
    if isinstance(value, tuple):
        return [str(one) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def headers(key: str | None) -> dict[str, str]:
    """Spell who asks."""
    return {"authorization": f"Bearer {key}"} if key else {}


def request(call: Call[Any], seconds: float) -> dict[str, Any]:
    """Spell a call as the HTTP library takes it."""
    said = {"method": call.method, "url": call.path, "params": dict(call.query), "headers": call.headers}
    return said | {"content": call.content, "timeout": max(seconds, call.seconds or 0.0)}
