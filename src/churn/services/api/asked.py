"""What a request says beside its customers: purpose, time, whether to explain; and its JSON, read without mercy."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from churn.scoring.decoded import once
from churn.services.api.arrival import JSON, Arrival
from churn.services.api.problems import Refusal
from churn.services.api.schemas import told
from churn.settings import Settings
from churn.stores.ledger.entries import PURPOSES, now

KNOWN = {"purpose", "explain", "observed_at"}
TRUTHS = {"true": True, "1": True, "false": False, "0": False}
KEY_LENGTH = 255
GIVEN: TypeAdapter[datetime] = TypeAdapter(told.Given)


@dataclass(frozen=True, slots=True)
class Asked:
    """The terms of a request; `at` is in microseconds since the epoch."""

    purpose: str
    at: int
    explain: bool


def terms(settings: Settings, arrival: Arrival, known: frozenset[str] = frozenset(KNOWN)) -> Asked:
    """Read the terms from the query. Raises Refusal."""
    query = arrival.query
    if not query:
        return Asked("production", now(), explain=False)
    unknown = sorted(set(query) - known)
    if unknown:
        raise Refusal(422, f"query parameter {unknown[0][:40]!r} is not known; there are {', '.join(sorted(known))}")
    explain = TRUTHS.get(query.get("explain", "false").lower())
    if explain is None:
        raise Refusal(422, "explain is true or false")
    if "observed_at" in query:
        return Asked("simulated", _observed(settings, arrival), explain)
    purpose = query.get("purpose", "production")
    if purpose not in PURPOSES:
        raise Refusal(422, f"purpose is one of {', '.join(PURPOSES)}")
    if purpose == "simulated" and not settings.simulation:
        raise Refusal(403, "purpose simulated needs a service started with CHURN_SIMULATION=1")
    return Asked(purpose, now(), explain)


def json_body(arrival: Arrival) -> Any:
    """Read the body as JSON in which no name stands twice. Raises Refusal."""
    must_be_json(arrival)
    try:
        content = orjson.loads(arrival.body)
    except orjson.JSONDecodeError as fault:
        raise Refusal(400, f"the body is not JSON: {fault}" if arrival.body else "the body is empty") from fault
    if b"\\" in arrival.body or not once(arrival.body, names(content)):
        _refuse_twice(arrival.body)
    return content


def must_be_json(arrival: Arrival) -> None:
    """Refuse a body that is said to be something else. Raises Refusal."""
    media = arrival.headers.get(b"content-type", b"")
    if media != JSON and media.partition(b";")[0].strip().lower() != JSON:
        raise Refusal(415, "send Content-Type: application/json")


def names(content: Any) -> int:
    """Count the names in a customer or a list of them; in a body each stands before a colon, once."""
    if type(content) is list:
        return sum([len(one) for one in content if type(one) is dict])
    return len(content) if type(content) is dict else 0


def idempotency_key(arrival: Arrival) -> str | None:
    """Read the Idempotency-Key, if one was sent. Raises Refusal."""
    sent = arrival.headers.get(b"idempotency-key")
    if sent is None:
        return None
    key = sent.decode("latin-1").strip()
    if not 0 < len(key) <= KEY_LENGTH or not key.isprintable():
        raise Refusal(422, f"an Idempotency-Key has 1 to {KEY_LENGTH} printable characters")
    return key


def fingerprint(arrival: Arrival) -> str:
    """Digest what was asked, so that a key cannot be used for another request."""
    asked = orjson.dumps([arrival.path, sorted(arrival.query.items())])
    return sha256(asked + b"\n" + arrival.body).hexdigest()


def _observed(settings: Settings, arrival: Arrival) -> int:
    if not arrival.caller.may("admin") or not settings.simulation:
        raise Refusal(403, "observed_at needs a key with scope admin and a service started with CHURN_SIMULATION=1")
    try:
        return told.micro(GIVEN.validate_python(arrival.query["observed_at"]))
    except ValidationError as fault:
        reason = fault.errors()[0]["msg"].removeprefix("Value error, ")
        raise Refusal(422, f"observed_at {reason}") from fault


def _refuse_twice(body: bytes) -> None:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
            raise Refusal(400, f"name {twice[:40]!r} stands twice in one object; which one is meant?")
        return found

    try:
        json.loads(body, object_pairs_hook=once)
    except RecursionError as fault:
        raise Refusal(400, "the body is nested too deeply to be a customer") from fault
    except ValueError as fault:
        raise Refusal(400, "the body is not JSON that can be read without doubt") from fault
