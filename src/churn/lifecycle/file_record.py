"""What a scored file leaves in the ledger: one record with both digests, and what was refused."""

from dataclasses import dataclass, field
from typing import Any

import orjson

from churn.scoring.engine import Engine
from churn.scoring.files.tally import Tally
from churn.stores.ledger.entries import Record, Refusal, Write

PURPOSES = ("production", "what_if", "test")
"""What a person may score a file for."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who had which file scored, when, through which door, and what for; `origin` says where the file was."""

    record: str
    door: str
    purpose: str
    caller: str
    request_id: str
    at: int
    origin: dict[str, Any] = field(default_factory=dict)


def entry(asking: Asking, tally: Tally, engine: Engine) -> Write:
    """Spell the write: its `rows` are those scored, the origin's those of the file."""
    origin = asking.origin | {
        "rows": tally.rows + tally.rejected,
        "rejected": tally.rejected,
        "flagged": tally.flagged,
        "offers": tally.offers,
        "expected_value": tally.expected_value,
        "tiers": dict(tally.tiers),
    }
    record = Record(
        id=asking.record,
        at=asking.at,
        door=asking.door,
        purpose=asking.purpose,
        customer=None,
        rows=tally.rows,
        model_version=engine.version,
        model_digest=engine.digest,
        inputs=b"",
        results=b"",
        request_id=asking.request_id,
        caller=asking.caller,
        input_digest=tally.input_digest,
        output_digest=tally.output_digest,
        origin=orjson.dumps(origin).decode(),
    )
    return Write(record, refusals(tally))


def refusals(tally: Tally) -> tuple[Refusal, ...]:
    """Spell what was refused, a count for each column and reason."""
    return tuple(Refusal(column, reason, count) for (column, reason), count in tally.refused.items())
