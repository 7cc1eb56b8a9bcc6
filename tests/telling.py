"""What callers tell of a customer, in the tests."""

from datetime import UTC, date, datetime

GONE = {"customer_id": "a", "churned": True, "observed_on": "2026-05-31"}
CALL = {"customer_id": "a", "at": "2026-05-02T09:30:00Z", "channel": "phone", "offer": "50 off", "held_out": False}
PEACE = {"customer_id": "a", "reason": "asked not to be called", "until": "2030-05-01"}


def today() -> date:
    """Give the day in UTC; a test that kept it from its import would fail at midnight."""
    return datetime.now(UTC).date()
