"""When everything happens: windows as monitoring numbers them, the last of them over before today."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

WINDOW_DAYS = 30
RUN_AT = timedelta(hours=8)
"""Everybody is scored on the first day of a window, in the morning; the calls follow in the next hours."""


@dataclass(frozen=True)
class Calendar:
    """Windows by number, from 0; `zero` is the number of the first since 1970."""

    zero: int

    @classmethod
    def ending(cls, now: datetime, windows: int) -> "Calendar":
        """Let the last window end before now."""
        return cls(int(now.timestamp()) // (WINDOW_DAYS * 86_400) - windows)

    def begins(self, window: int) -> datetime:
        """Give the first moment of a window."""
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=WINDOW_DAYS * (self.zero + window))

    def run(self, window: int) -> datetime:
        """Give the moment at which a window's customers are scored."""
        return self.begins(window) + RUN_AT

    def known(self, window: int) -> date:
        """Give the day on which it is known who of a window is still there."""
        return self.begins(window + 1).date()

    def left(self, window: int, number: int) -> date:
        """Give the day on which somebody left, spread over the horizon."""
        return (self.begins(window) + timedelta(days=1 + number % (WINDOW_DAYS - 1))).date()

    def over(self, window: int) -> datetime:
        """Give the moment at which the house looks back at a window."""
        return self.begins(window + 1)
