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
        found = (found - set(listed(told, RELEASED))) | set(listed(told, QUARANTINED))
    return sorted(found)


def pardoned(past: Iterable[Decision]) -> set[tuple[str, Span]]:
    """List the spans that a person released, each with the cause for which it had been set aside."""
    blamed: set[tuple[str, Span]] = set()
    found: set[tuple[str, Span]] = set()
    for told in sorted(past, key=lambda one: one.at):
        anew = {(told.cause, span) for span in listed(told, QUARANTINED)}
        free = listed(told, RELEASED)
        blamed, found = blamed | anew, (found - anew) | {(cause, span) for cause, span in blamed if span in free}
    return found


def listed(told: Decision, name: str) -> list[Span]:
    """List the spans that the evidence of a decision holds under a name."""
    return [(int(one[0]), int(one[1])) for one in told.evidence.get(name, [])]


def within(since: int, until: int, spans: Sequence[Span]) -> bool:
    """Tell whether a stretch of time meets one of the spans."""
    return any(since < end and begin < until for begin, end in spans)


def of(readings: Iterable[Reading]) -> list[list[int]]:
    """List the spans of these readings, as evidence holds them."""
    return [list(one) for one in sorted({(read.since, read.until) for read in readings})]
