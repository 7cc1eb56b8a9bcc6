"""Which alerts are sent out, and how often that is tried."""

from typing import Literal

from churn.params.section import Count, Positive, Section

Severity = Literal["low", "medium", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")


class Alerts(Section):
    """Which alerts are sent out, and how often that is tried."""

    send_from: Severity = "medium"
    """What is less grave is shown on the pages and sent to nobody."""
    timeout_seconds: Positive = 5.0
    tries: Count = 8
    pause_seconds: Positive = 30.0
    """Until the second try; doubled after each."""
    remind_from: Severity = "high"
    remind_hours: Positive = 4.0
    at_once: Count = 20
    """Messages that one channel gets in one turn; the rest waits for the next."""
