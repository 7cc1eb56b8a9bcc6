"""Alertmanager where there is one: it routes what Prometheus finds, and can be tried with a test alert."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from churn.errors import SettingsError
from churn.lifecycle.alerting.channel import Undelivered

MICRO, MINUTES = 1_000_000, 5
FINE = 200


def fire(url: str, seconds: float, now: int) -> str:
    """Send a test alert to Alertmanager, which routes it and lets it end by itself. Raises Undelivered."""
    import httpx

    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise SettingsError("CHURN_ALERTMANAGER_URL is no http:// or https:// address; see .env.example")
    place = f"Alertmanager at {urlsplit(url).hostname}"
    try:
        with httpx.Client(base_url=url, timeout=seconds) as asked:
            ready, taken = asked.get("/-/ready"), asked.post("/api/v2/alerts", json=[_test(now)])
    except (httpx.HTTPError, OSError) as fault:
        raise Undelivered(f"{place} cannot be reached: {type(fault).__name__}") from fault
    if (ready.status_code, taken.status_code) != (FINE, FINE):
        raise Undelivered(f"{place} answered {ready.status_code} to ready and {taken.status_code} to the test alert")
    return f"{place} took the test alert; it ends by itself in {MINUTES} minutes"


def _test(now: int) -> dict[str, Any]:
    begun = datetime.fromtimestamp(now / MICRO, UTC)
    labels = {"alertname": "ChurnAlertTest", "kind": "alert_test", "severity": "low", "owner": "on-call"}
    words = {"summary": "A test, nothing is wrong", "runbook": "monitoring/runbooks/alerting.md#alert_test"}
    ends = begun + timedelta(minutes=MINUTES)
    return {"labels": labels, "annotations": words, "startsAt": begun.isoformat(), "endsAt": ends.isoformat()}
