"""What of an alert is still to be told, and through which channel."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from churn.params.alerts import SEVERITIES, Alerts
from churn.stores.ledger.deliveries import Owed

MICRO, HOUR = 1_000_000, 3_600_000_000
RAISED, ACKNOWLEDGED, RESOLVED, REMINDER = "raised", "acknowledged", "resolved", "reminder"
LONGEST_DOUBLING = 16

Row = Mapping[str, Any]


def owed(alerts: Sequence[Row], channels: Sequence[str], knobs: Alerts, now: int) -> list[Owed]:
    """List what is to be sent now, gravest and oldest first; what failed lately waits for its time."""
    order = sorted(alerts, key=lambda one: (-SEVERITIES.index(one["severity"]), one["raised_at"]))
    return [
        Owed(one["id"], event, channel, tries)
        for one in order
        for channel in channels
        for event, tries in _events(one, channel, knobs, now)
    ]


def wanted(knobs: Alerts) -> tuple[str, ...]:
    """List the severities that are sent out."""
    return SEVERITIES[SEVERITIES.index(knobs.send_from) :]


def _events(alert: Row, channel: str, knobs: Alerts, now: int) -> Iterator[tuple[str, int]]:
    told = {one["event"]: one for one in alert["deliveries"] if one["channel"] == channel}
    for event in _told_next(alert, told, knobs, now):
        before = told.get(event)
        if before is None:
            yield event, 0
        elif before["state"] == "failed" and before["tries"] < knobs.tries and _rested(before, knobs, now):
            yield event, before["tries"]


def _told_next(alert: Row, told: Mapping[str, Row], knobs: Alerts, now: int) -> Iterator[str]:
    """Name the events in order: nobody hears of the end of what he never heard of.

    Who was reached in vain is reminded all the same: by then the channel may work again.
    """
    heard = [event for event, one in told.items() if event.startswith(RAISED) and one["state"] == "sent"]
    if alert["resolved_at"] is not None:
        yield from [RESOLVED] if heard else []
        return
    grave = SEVERITIES.index(alert["severity"])
    if not any(_rank(event) > grave for event in heard):  # less grave than before is no news
        yield f"{RAISED}-{alert['severity']}"
    if alert["acknowledged_at"] is not None:
        yield from [ACKNOWLEDGED] if heard else []
    elif told and grave >= SEVERITIES.index(knobs.remind_from):
        first = min(one["at"] for one in told.values())
        many = int((now - first) // (knobs.remind_hours * HOUR))
        yield from [f"{REMINDER}-{many}"] if many > 0 else []


def _rank(event: str) -> int:
    return SEVERITIES.index(word) if (word := event.partition("-")[2]) in SEVERITIES else -1


def _rested(before: Row, knobs: Alerts, now: int) -> bool:
    """Tell whether its pause is over; a time to come is of a clock that was set back, and holds nothing up."""
    pause = knobs.pause_seconds * 2.0 ** min(before["tries"] - 1, LONGEST_DOUBLING) * MICRO
    return bool(not before["at"] <= now < before["at"] + pause)
