"""One look into the ledger: all that is judged, read on one connection."""

from typing import Any

from churn.lifecycle.monitoring.scene import Seen, Times
from churn.params.monitor import Monitor
from churn.stores.ledger.queries import cohort, windows
from churn.stores.ledger.queries.cells import DAY
from churn.stores.ledger.queries.matured import Span
from churn.stores.ledger.watch import arrived, mature, readings

PAST = 1000
"""Readings that are looked back on."""


def look(connection: Any, purpose: str, times: Times, knobs: Monitor, version: int | None) -> Seen:
    """Read what arrived in the newest window and before, and what became of the window whose horizon is over."""
    since, until = times.arrived
    before = max(since - knobs.usual_windows * times.width, 0)
    span = Span(*times.due, times.horizon // DAY, times.now, purpose=purpose)
    due = mature.mature(connection, span)
    known = [one for one in due if one.churned is not None and not one.called]
    past = readings.page(connection, purpose, (), before - times.width, PAST, 0, times.now)["readings"]
    return Seen(
        scored=arrived.scored(connection, purpose, before, times.now, times.width),
        refused=arrived.refused(connection, purpose, before, times.now, times.width),
        sample=windows.windows(connection, purpose, (since, until), knobs.sample)[0],
        said=[] if version is None else arrived.said(connection, purpose, version, since, until),
        due=due,
        asked={
            (number, customer): row
            for number in {one.model_version for one in known}
            for customer, row in mature.asked(connection, [one for one in known if one.model_version == number]).items()
        },
        oldest=cohort.oldest(connection, purpose),
        back=mature.came_back(connection, span, knobs.grace_days),
        past=past,
    )
