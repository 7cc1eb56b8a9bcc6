"""Which stretches of time hold nothing to learn from: their data were broken, or their labels not to be believed."""

from collections.abc import Iterable, Sequence

from churn.lifecycle.decision.decision import Decision
from churn.lifecycle.monitoring.reading import Reading

Span = tuple[int, int]
QUARANTINED = "quarantined"
"""Where the evidence of a decision lists its spans; each is [since, until], in microseconds."""


def quarantined(past: Iterable[Decision]) -> list[Span]:
    """List the spans that past decisions set aside."""
    found = {(int(one[0]), int(one[1])) for told in past for one in told.evidence.get(QUARANTINED, [])}
    return sorted(found)


def within(since: int, until: int, spans: Sequence[Span]) -> bool:
    """Tell whether a stretch of time meets one of the spans."""
    return any(since < end and begin < until for begin, end in spans)


def of(readings: Iterable[Reading]) -> list[list[int]]:
    """List the spans of these readings, as evidence holds them."""
    return [list(one) for one in sorted({(read.since, read.until) for read in readings})]
