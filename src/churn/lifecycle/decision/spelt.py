"""Decisions in words: what was decided, which windows it sets aside or gives back, and what came of it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from churn.lifecycle.decision import kept, spans
from churn.lifecycle.decision.decision import Decision

NOTHING = "nothing was decided yet"
MICRO = 1_000_000


def table(past: Sequence[Decision], limit: int, now: int) -> str:
    """Tell the newest of all decisions, a few lines each."""
    return "\n".join("\n".join(lines(one, past, now)) for one in past[:limit]) or NOTHING


def lines(one: Decision, past: Sequence[Decision], now: int) -> Iterator[str]:
    """Tell a decision as it stands among all others at `now`."""
    at = datetime.fromtimestamp(one.at / MICRO, UTC).isoformat(timespec="minutes").replace("+00:00", "Z")
    money = "" if one.money is None else f", {one.money:,.0f} a month"
    yield f"{at}  {one.action:<10} {one.cause:<10} {one.words}{money}"
    aside = spans.quarantined(past)
    for span in spans.listed(one, spans.QUARANTINED):
        yield f"    set aside: {spelt(span)}{'' if span in aside else ', released since'}"
    for span in spans.listed(one, spans.RELEASED):
        yield f"    released: {spelt(span)}"
    if one.done:
        yield f"    {one.done}"
    elif one == kept.open_(past, now):
        yield "    not done yet" + (f", asked for until {_day(one.until)}" if one.until else "")


def spelt(span: spans.Span) -> str:
    """Name a stretch of time by its first and its last day, UTC."""
    return f"{_day(span[0])} to {_day(span[1] - 1)}"


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / MICRO, UTC).date().isoformat()
