"""How far back a page looks."""

from datetime import UTC, datetime, time, timedelta

PERIODS = {30: "30 days", 90: "90 days", 180: "6 months", 365: "a year"}


def since(days: int) -> datetime:
    """Give the midnight so many days ago, so that the same question is asked all day."""
    return datetime.combine(datetime.now(UTC).date() - timedelta(days=days), time(), UTC)
