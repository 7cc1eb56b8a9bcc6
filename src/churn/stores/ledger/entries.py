"""What is handed to the ledger, and what it hands back."""

import os
import random
import time
from dataclasses import dataclass, field
from typing import Any

CHANCE = random.Random(os.urandom(32))  # noqa: S311  # nosec B311 names must differ, not be secret
PURPOSES = ("production", "what_if", "test", "shadow", "simulated")
ONLY = -1
"""The row number of a single's score: its prediction is named by the record alone."""

Body = bytes | tuple[bytes, ...]
"""A single's JSON; or a batch's blocks, each as columnar.py spells it: blocks keep each step of a large batch short."""


@dataclass(frozen=True, slots=True)
class Record:
    """One scoring request.

    A single's `inputs` is a JSON object and its `results` the answer; a batch has blocks of both, as many of the one as
    of the other; a scored file has neither, but digests.
    """

    id: str
    at: int
    door: str
    purpose: str
    customer: str | None
    rows: int
    model_version: int
    model_digest: str
    inputs: Body
    results: Body
    request_id: str
    caller: str
    input_digest: str | None = None
    output_digest: str | None = None
    origin: str | None = None
    parsed: tuple[dict[str, Any], dict[str, Any]] | None = field(default=None, compare=False, repr=False)
    """A single's inputs and answer as they are, so that nobody reads them from their bytes again."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """How many cells of a column were refused for one reason; never their values."""

    column: str
    reason: str
    count: int


PENDING = 0
"""The status under a key that is taken, while its answer is not yet known."""


@dataclass(frozen=True, slots=True)
class Claim:
    """An Idempotency-Key of a caller, the digest of what was asked under it, and the answer to keep."""

    key: str
    caller: str
    digest: str
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """The first answer under an Idempotency-Key."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Write:
    """What one request leaves in the ledger, all of it or nothing."""

    record: Record | None
    refusals: tuple[Refusal, ...] = ()
    claim: Claim | None = None
    purpose: str = "production"
    """Of refusals that belong to no record."""


def new_id() -> str:
    """Make a name that sorts by time: microseconds since 1970, then 56 random bits; 28 hexadecimal digits."""
    return f"{time.time_ns() // 1000:014x}{CHANCE.getrandbits(56):014x}"


def first_id(at: int) -> str:
    """Give the least name that can have been made at a time or later."""
    return f"{max(at, 0):014x}"


def now() -> int:
    """Tell the time in microseconds since 1970, UTC."""
    return time.time_ns() // 1000


def prediction_id(record: str, row: int) -> str:
    """Name the prediction of one row of a record."""
    return record if row == ONLY else f"{record}.{row}"


def parts(prediction: str) -> tuple[str, int]:
    """Give the record and the row that a prediction's name holds; a row that is no number is none that exists."""
    record, dot, row = prediction.partition(".")
    if not dot:
        return record, ONLY
    return record, int(row) if row.isascii() and row.isdigit() and len(row) < 10 else -2
