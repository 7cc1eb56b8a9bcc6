"""What of an alert is told, when, and how often; without a ledger."""

from typing import Any

from churn.lifecycle.alerting.events import HOUR, owed, wanted
from churn.params.alerts import Alerts

KNOBS = Alerts(tries=3, pause_seconds=30.0, remind_hours=4.0)
NOW = 10_000 * HOUR
SECOND = 1_000_000


def alert(*told: dict[str, Any], **cells: Any) -> dict[str, Any]:
    plain = {"id": "a", "severity": "high", "raised_at": NOW, "acknowledged_at": None, "resolved_at": None}
    return plain | {"deliveries": list(told)} | cells


def told(event: str, state: str = "sent", tries: int = 1, at: int = NOW, channel: str = "mail") -> dict[str, Any]:
    return {"event": event, "state": state, "tries": tries, "at": at, "channel": channel}


def due(one: dict[str, Any], now: int = NOW, *channels: str) -> list[tuple[str, str, int]]:
    return [(it.event, it.channel, it.tries) for it in owed([one], channels or ("mail",), KNOBS, now)]


def test_a_new_alert_goes_through_every_channel_once():
    assert due(alert(), NOW, "mail", "webhook") == [("raised-high", "mail", 0), ("raised-high", "webhook", 0)]
    assert due(alert(told("raised-high")), NOW, "mail", "webhook") == [("raised-high", "webhook", 0)]


def test_what_failed_is_tried_again_after_pauses_that_double_and_not_for_ever():
    once = alert(told("raised-high", "failed", 1))
    assert due(once, NOW + 29 * SECOND) == []
    assert due(once, NOW + 30 * SECOND) == [("raised-high", "mail", 1)]
    twice = alert(told("raised-high", "failed", 2))
    assert due(twice, NOW + 59 * SECOND) == []
    assert due(twice, NOW + 60 * SECOND) == [("raised-high", "mail", 2)]
    assert due(alert(told("raised-high", "failed", 3)), NOW + HOUR) == []
    assert due(alert(told("raised-high", "given_up", 3)), NOW + HOUR) == []


def test_a_clock_that_was_set_back_holds_nothing_up():
    assert due(alert(told("raised-high", "failed", 1, at=NOW + HOUR))) == [("raised-high", "mail", 1)]


def test_graver_is_news_and_milder_is_not():
    assert due(alert(told("raised-high"), severity="critical")) == [("raised-critical", "mail", 0)]
    assert due(alert(told("raised-high"), severity="medium")) == []


def test_who_was_told_hears_that_somebody_took_it_and_that_it_is_over():
    assert due(alert(told("raised-high"), acknowledged_at=NOW)) == [("acknowledged", "mail", 0)]
    over = {"resolved_at": NOW, "acknowledged_at": NOW}
    assert due(alert(told("raised-high"), **over)) == [("resolved", "mail", 0)]
    assert due(alert(**over)) == []
    assert due(alert(told("raised-high"), **over), NOW, "webhook") == []


def test_a_grave_alert_that_nobody_took_is_told_again_every_four_hours():
    first = alert(told("raised-high"))
    assert due(first, NOW + 4 * HOUR - 1) == []
    assert due(first, NOW + 4 * HOUR) == [("reminder-1", "mail", 0)]
    assert due(alert(told("raised-high"), told("reminder-1")), NOW + 5 * HOUR) == []
    assert due(first, NOW + 100 * HOUR) == [("reminder-25", "mail", 0)]
    assert due(alert(told("raised-medium"), severity="medium"), NOW + 100 * HOUR) == []
    assert due(alert(told("raised-high"), told("acknowledged"), acknowledged_at=NOW), NOW + 100 * HOUR) == []


def test_who_was_reached_in_vain_is_reminded_all_the_same():
    assert due(alert(told("raised-high", "given_up", 3)), NOW + 4 * HOUR) == [("reminder-1", "mail", 0)]


def test_the_gravest_goes_first_then_the_oldest():
    many = [alert(id=name, severity=how, raised_at=NOW + at) for name, how, at in
            (("a", "medium", 0), ("b", "critical", 2), ("c", "critical", 1))]  # fmt: skip
    assert [one.alert for one in owed(many, ["mail"], KNOBS, NOW)] == ["c", "b", "a"]


def test_only_from_a_severity_on_are_alerts_sent():
    assert wanted(KNOBS) == ("medium", "high", "critical")
    assert wanted(Alerts(send_from="critical")) == ("critical",)
