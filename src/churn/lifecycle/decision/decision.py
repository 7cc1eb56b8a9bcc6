"""What was decided, why, and what it is about in money."""

from dataclasses import dataclass, field
from typing import Any, Literal

Action = Literal["none", "note", "quarantine", "prepare", "retrain"]
"""The rungs of the ladder, lowest first. None of them promotes: that is the gate's, and a person's."""
Cause = Literal[
    "quiet", "data_fault", "labels", "service", "shift", "estimate", "loss", "schedule", "manual", "unknown", "waiting"
]


@dataclass(frozen=True, slots=True)
class Decision:
    """An action and its cause; times in microseconds since 1970, UTC.

    `money` is what a month of not acting is shown or estimated to lose, in the campaign's currency; None where nobody
    can tell. Until `until` no further retraining is begun. `id` is the ledger's, empty before it is written; `done`
    says what came of it.
    """

    at: int
    action: Action
    cause: Cause
    words: str
    evidence: dict[str, Any] = field(default_factory=dict)
    money: float | None = None
    until: int | None = None
    id: str = ""
    done_at: int | None = None
    done: str | None = None
