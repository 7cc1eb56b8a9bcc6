"""A request as the hot routes see it, and their answer: bytes, no framework."""

from dataclasses import dataclass, field

from churn.services.api.keys import Caller

JSON = b"application/json"


@dataclass(slots=True)
class Arrival:
    """A request whose caller is known and whose body is whole."""

    request_id: str
    caller: Caller
    path: str
    query: dict[str, str]
    headers: dict[bytes, bytes]
    body: bytes = field(repr=False)


@dataclass(slots=True)
class Reply:
    """An answer, ready to be sent."""

    status: int
    body: bytes = field(repr=False)
    headers: tuple[tuple[bytes, bytes], ...] = ()
    media: bytes = JSON
