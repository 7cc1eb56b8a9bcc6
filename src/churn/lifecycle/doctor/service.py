"""What serves: the ledger, its clock, who watches, the bundle on this host, and where its alerts go."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from churn.lifecycle.alerting import channels
from churn.lifecycle.aliases import CHAMPION
from churn.lifecycle.doctor.finding import Finding, fault, off, ok
from churn.params.register import Register
from churn.params.section import load
from churn.settings import Settings
from churn.stores import bundle
from churn.stores.ledger import database, revision
from churn.stores.ledger.deliveries import last_beat
from churn.stores.ledger.queries.newest import newest
from churn.stores.tracking.registry import Registry

AHEAD = 300
"""Seconds that clocks of several hosts may differ."""
SILENT = 2 * 86_400
"""Seconds without a turn of monitoring after which Prometheus alarms, too (ChurnMonitorSilent)."""
MICRO = 1_000_000


def ledger(known: Settings) -> Finding:
    """See whether the ledger is there, stands at this code's revision, and keeps what it acknowledges."""
    address = database.located(known.database_url)
    file = database.file_of(address)
    if file is not None and not file.exists():
        return off("ledger", f"there is none at {file}", "churn serve makes one")
    engine = database.writing(address)
    try:
        revision.prepare(address, engine, migrating=False)
    finally:
        engine.dispose()
    return ok("ledger", f"{address.get_backend_name()}, at this code's revision, commits are on the disk")


def clock(known: Settings, now: datetime) -> Finding:
    """See whether something was scored in the future."""
    last = _asked(known, newest)
    if last is None:
        return off("clock", "nothing was scored yet")
    ahead = last / MICRO - now.timestamp()
    words = f"the newest score is of {_spelt(last)}"
    if ahead > AHEAD:
        return fault(
            "clock", f"{words}, in the future by {ahead / 60:.0f} minutes", "set the clocks of all hosts: timedatectl"
        )
    return ok("clock", words)


def watched(known: Settings, now: datetime) -> Finding:
    """See whether monitoring came through a turn lately."""
    last, cure = _asked(known, last_beat), "churn monitor --every 3600, or once by cron"
    if last is None:
        return off("monitor", "it never came through a turn: nobody watches the model", cure)
    if now.timestamp() - last / MICRO > SILENT:
        return fault("monitor", f"it came through its last turn at {_spelt(last)}", cure)
    return ok("monitor", f"it came through a turn at {_spelt(last)}")


def delivered(known: Settings) -> Finding:
    """See whether the bundle on this host is whole and is the champion."""
    held = bundle.current(known.bundle_dir)
    if held is None:
        return off("bundle", f"nothing was delivered to {known.bundle_dir}", "churn serve brings the champion here")
    found = Registry(known.store, load(Register).model).by_alias(CHAMPION)
    if found is None or found.digest != held.digest:
        words = f"version {held.version} is served here, @{CHAMPION} is {found.number if found else 'none'}"
        return fault("bundle", words, "start sync (`churn serve`), or let go of a pin: `churn unpin`")
    return ok("bundle", f"version {held.version}, whole, the champion")


def alerted(known: Settings) -> Finding:
    """See whether alerts go anywhere. Raises SettingsError where that is set up wrongly."""
    names = [one.name for one in channels.of(known)]
    if known.alertmanager_url:
        return ok("alerts", "Alertmanager routes them")
    if not names:
        return off(
            "alerts", "they are shown on the pages and sent to nobody", "python scripts/setup_alerts.py --install"
        )
    return ok("alerts", f"they go out by {' and '.join(names)}; `churn alerts test` tries it")


def _asked(known: Settings, when: Callable[[Any, str], int | None]) -> int | None:
    """Ask the ledger for a time, in microseconds; None where there is no ledger, or it knows of none."""
    address = database.located(known.database_url)
    file = database.file_of(address)
    if file is not None and not file.exists():
        return None
    engine = database.reading(address)
    try:
        with engine.connect() as connection:
            return when(connection, known.purpose)
    finally:
        engine.dispose()


def _spelt(at: int) -> str:
    return f"{datetime.fromtimestamp(at / MICRO, UTC):%Y-%m-%d %H:%M} UTC"
