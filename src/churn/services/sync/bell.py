"""What is owed of alerts is sent a few times a minute, in a thread of its own: customers' models do not wait for it."""

import logging
import threading
import time

from churn.errors import ChurnError
from churn.lifecycle.alerting import delivery
from churn.params.alerts import Alerts
from churn.settings import Settings
from churn.stores.ledger import entries

PAUSE = 15.0

log = logging.getLogger("churn.sync")


class Bell:
    """The thread that sends, one at a time."""

    def __init__(self, settings: Settings, knobs: Alerts) -> None:
        self.settings, self.knobs = settings, knobs
        self._next = 0.0
        self._thread: threading.Thread | None = None

    def look(self) -> None:
        """Send what is owed, unless that was done just now or still goes on."""
        if time.monotonic() < self._next or (self._thread and self._thread.is_alive()):
            return
        self._next = time.monotonic() + PAUSE
        self._thread = threading.Thread(target=self._ring, name="alerts", daemon=True)
        self._thread.start()

    def _ring(self) -> None:
        try:
            for one in delivery.deliver(self.settings, self.knobs, entries.now()):
                log.info("alert %s, %s, by %s: %s", one.kind, one.event, one.channel, one.fault or one.state)
        except (ChurnError, OSError) as fault:
            log.warning("alerts could not be sent, tried again in %.0f s: %s", PAUSE, fault)
