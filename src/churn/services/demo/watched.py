"""Monitoring looks at the demo as it is played, at the time that is played."""

from collections.abc import Iterator
from datetime import timedelta

from churn.lifecycle.monitoring.run import monitor
from churn.services.api.schemas.told import micro
from churn.services.demo.calendar import WEEK, Calendar
from churn.services.demo.play import Run
from churn.settings import Settings

EVERY = 2
"""Weeks between two looks; one more follows the last run."""
AFTER = timedelta(hours=1)
"""A look follows the run whose customers it is about."""


def watched(runs: Iterator[Run], known: Settings, calendar: Calendar) -> Iterator[Run]:
    """Let monitoring look after a week's run, so that it knows no more than one would have known then."""
    for week, run in enumerate(runs):
        if week and (week % EVERY == 0 or week == calendar.weeks):
            monitor(known, micro(calendar.at(week * WEEK) + AFTER))
        yield run
