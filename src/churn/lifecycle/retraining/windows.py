"""The windows in which the ledger is exported: those of monitoring, numbered from 1970."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

DAY = 86_400 * 1_000_000


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Scores from `since` until before `until`, in microseconds."""

    since: int
    until: int

    @property
    def last_day(self) -> date:
        """Give its last day, UTC, by which a batch is named and its rows are dated: no window is cut in two periods.

        Where `prepare.period` is a month and windows have 30 days, two windows fall into one month every sixth year.
        """
        return datetime.fromtimestamp((self.until - 1) / 1e6, UTC).date()


def complete(since: int, until: int, days: int) -> list[Window]:
    """List the windows of so many days that meet a time after `since` and are over at `until`."""
    long = days * DAY
    return [Window(number * long, (number + 1) * long) for number in range(since // long, until // long)]


def mature(since: int, now: int, days: int, horizon_days: int) -> list[Window]:
    """List the complete windows of whose every score the outcome can be known."""
    return complete(since, now - horizon_days * DAY, days)
