"""When what happens in the demo: runs, incidents, and the clock that ends today."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

WEEK = 7
FAULT_DAYS = 3
BEFORE_END = timedelta(hours=3)
"""The last run lies so long before now: nothing may be told of the future."""


@dataclass(frozen=True)
class Calendar:
    """Weeks that end now; a run on day 0, and on each seventh day after it."""

    weeks: int
    now: datetime

    @classmethod
    def ending_now(cls, weeks: int) -> "Calendar":
        """Let the weeks end at this moment."""
        return cls(weeks, datetime.now(UTC).replace(second=0, microsecond=0))

    @property
    def days(self) -> int:
        """Number the last day."""
        return self.weeks * WEEK

    @property
    def rise(self) -> int:
        """Give the day of incident 2, the price rise: early enough that its outcomes are known by the end."""
        return self.weeks * 2 // 5 * WEEK

    @property
    def fault(self) -> int:
        """Give the first day of incident 1, the renamed contracts: a run two weeks before the end."""
        return max(self.weeks - 2, 0) * WEEK

    def faulty(self, day: int) -> bool:
        """Tell whether a source sends renamed contracts on a day."""
        return self.fault <= day < self.fault + FAULT_DAYS

    def at(self, day: int) -> datetime:
        """Give the moment of a day's run."""
        return self.now - BEFORE_END - timedelta(days=self.days - day)

    def date(self, day: int) -> date:
        """Give the date of a day."""
        return self.at(day).date()
