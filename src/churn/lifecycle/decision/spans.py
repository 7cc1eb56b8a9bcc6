"""Which stretches of time hold nothing to learn from: their data were broken, or their labels not to be believed."""

from collections.abc import Iterable, Sequence

from churn.lifecycle.decision.decision import Decision
from churn.lifecycle.monitoring.reading import Reading

Span = tuple[int, int]
QUARANTINED, RELEASED = "quarantined", "released"
"""Where the evidence of a decision lists spans that it sets aside, or takes back: [since, until] in microseconds."""


def quarantined(past: Iterable[Decision]) -> list[Span]:
    """List the spans that past decisions set aside and no person released since."""
    found: set[Span] = set()
    for told in sorted(past, key=lambda one: one.at):
        found = (found - _listed(told, RELEASED)) | _listed(told, QUARANTINED)
    return sorted(found)


def _listed(told: Decision, name: str) -> set[Span]:
    return {(int(one[0]), int(one[1])) for one in told.evidence.get(name, [])}


def within(since: int, until: int, spans: Sequence[Span]) -> bool:
    """Tell whether a stretch of time meets one of the spans."""
    return any(since < end and begin < until for begin, end in spans)


def of(readings: Iterable[Reading]) -> list[list[int]]:
    """List the spans of these readings, as evidence holds them."""
    return [list(one) for one in sorted({(read.since, read.until) for read in readings})]
