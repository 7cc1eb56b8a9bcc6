"""Once a day, what is older than the ledger may keep goes."""

import asyncio
import logging
import threading
import time
from datetime import UTC, date, datetime
from typing import Any

from churn.errors import LedgerError
from churn.settings import Settings
from churn.stores import notices

PURGED = "purged.json"
HOUR = 3600.0
LEAP, WAIT = 30, 7
"""Days since the last purge after which the clock may have run ahead, and for which it must then go on undisputed."""

log = logging.getLogger("churn.sync")


class Purge:
    """The day of the last purge, and the thread of the one that runs: customers' models do not wait for it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._next = 0.0
        self._thread: threading.Thread | None = None

    def look(self) -> None:
        """Start today's purge, unless it was done or runs."""
        today = datetime.now(UTC).date()
        if time.monotonic() < self._next or (self._thread and self._thread.is_alive()):
            return
        self._next = time.monotonic() + HOUR
        last = notices.read(self.settings.bundle_dir, PURGED) or {}
        if last.get("on") == today.isoformat():
            return
        if since := doubted(last, today):
            log.warning("nothing old was removed: by the clock the last purge was long ago; is today %s?", today)
            notices.write(self.settings.bundle_dir, PURGED, last | {"on": today.isoformat(), "doubted": since})
            return
        self._thread = threading.Thread(target=self._run, args=(today.isoformat(),), name="purge", daemon=True)
        self._thread.start()

    def _run(self, today: str) -> None:
        try:
            gone = asyncio.run(purge(self.settings))
        except (LedgerError, OSError) as fault:
            log.warning("nothing old was removed, tried again in an hour: %s", fault)
            return
        notices.write(self.settings.bundle_dir, PURGED, {"on": today, "gone": gone})
        if any(gone.values()):
            log.info("removed what is older than %d days: %s", self.settings.retention_days, gone)


def doubted(last: dict[str, Any], today: date) -> str | None:
    """Give the day since when the clock is in doubt, or None: what one that ran ahead removes never comes back."""
    try:
        before, since = (date.fromisoformat(last[name]) if name in last else None for name in ("on", "doubted"))
    except (ValueError, TypeError):
        return None
    if before is None or today < before:
        return None
    if since is None:
        return today.isoformat() if (today - before).days > LEAP else None
    return since.isoformat() if (today - since).days < WAIT else None


async def purge(settings: Settings) -> dict[str, int]:
    """Remove what is older than the settings keep; count by table. Raises LedgerError."""
    from churn.stores.ledger import entries, retention
    from churn.stores.ledger.opened import opened

    async with opened(settings) as ledger:
        return await retention.purge(ledger, entries.now(), settings.retention_days)
