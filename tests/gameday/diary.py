"""What was seen and done in each window of the played day."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Promotion:
    """The alias moved at a window's end; `gain` is what it truly changes, per 1,000 customers of that window."""

    before: int
    after: int
    action: str
    gain: float


@dataclass
class Page:
    """One window: what the champion earned in truth, what monitoring read and decided, what was done upon it.

    `batches` are the files that a training had before it; each is named by the last day on which its customers were
    scored.
    """

    window: int
    since: str
    version: int
    scored: int = 0
    refused: int = 0
    called: int = 0
    held_out: int = 0
    outcomes: int = 0
    earned: float = 0.0
    best: float = 0.0
    churn: float = 0.0
    alarms: list[dict[str, Any]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    decision: dict[str, Any] = field(default_factory=dict)
    retrained: bool = False
    gate: str = ""
    moves: list[Promotion] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    batches: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def kinds(self) -> list[str]:
        """Name the kinds of reading that alarm."""
        return sorted({one["kind"] for one in self.alarms})


@dataclass
class Diary:
    """The whole day."""

    pages: list[Page] = field(default_factory=list)
    requests: int = 0
    failed: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    lost: int = 0
    rollback_seconds: float | None = None
    served_seconds: float | None = None
    seconds: float = 0.0

    def told(self) -> dict[str, Any]:
        """Spell it for JSON."""
        return asdict(self)
