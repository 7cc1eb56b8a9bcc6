"""What sync has to tell the ledger: kept in a file until it is written there."""

import asyncio
import logging
import socket
import time
from typing import Any

from churn.errors import ChurnError
from churn.lifecycle.pins import Pin
from churn.settings import Settings
from churn.stores import bundle, notices
from churn.stores.bundle import Bundle
from churn.stores.ledger import entries

UNTOLD = "untold.json"
ALERTS = {
    "refused": "model_refused", "mended": "model_refused", "away": "registry_away", "back": "registry_away",
    "broken": "chain_broken", "whole": "chain_broken", "unfinished": "promotion_unfinished",
    "finished": "promotion_unfinished",
}  # fmt: skip
"""Of which alert an event speaks."""
OVER = {"mended", "back", "whole", "finished"}
KINDS = {"serving", *ALERTS}
MOST = 1000
PAUSE = 30.0
"""Seconds between two tries while the ledger is away."""

log = logging.getLogger("churn.sync")


class Chronicle:
    """What this host served since when, and which versions were not fit."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.root = settings, settings.bundle_dir
        kept = notices.read(self.root, UNTOLD) or {}
        self._served, self._untold = kept.get("served"), _sound(kept.get("untold"))
        self._tried = -PAUSE

    def note(self, served: Bundle | None, pin: Pin | None) -> None:
        """Note what is served, if it was not noted last: whoever is killed after moving the pointer loses nothing."""
        if served is None or self._served == [served.version, served.digest]:
            return
        moved = bundle.stamp(self.root)
        who, why = _reason(served, pin)
        self._served = [served.version, served.digest]
        at = moved[0] // 1000 if moved else entries.now()
        self._keep(
            kind="serving",
            at=at,
            host=socket.gethostname(),
            version=served.version,
            digest=served.digest,
            why=why,
            who=who,
        )

    def refused(self, number: int, why: str) -> None:
        """Raise the alert that a version is not fit to answer."""
        self.judge(kind="refused", words=f"{socket.gethostname()}: version {number} was refused: {why}")

    def mended(self) -> None:
        """Resolve that alert."""
        self.judge(kind="mended")

    def away(self, why: str) -> None:
        """Raise the alert that the registry has been away for long."""
        self.judge(kind="away", words=f"{socket.gethostname()}: {why}; what is served stays")

    def back(self) -> None:
        """Resolve that alert."""
        self.judge(kind="back")

    def tell(self) -> int:
        """Write what is untold to the ledger, if it is there; give how much is left."""
        if self._untold and time.monotonic() - self._tried > PAUSE:
            try:
                asyncio.run(_write(self.settings, self._untold))
            except ChurnError as fault:
                self._tried = time.monotonic()
                log.warning("%d events wait for the ledger: %s", len(self._untold), fault)
            else:
                self._untold = []
                self._save()
        return len(self._untold)

    def judge(self, kind: str, **event: Any) -> None:
        """Raise the alert that an event speaks of, or resolve it; only the last word on each is kept."""
        self._untold = [one for one in self._untold if ALERTS.get(one["kind"]) != ALERTS[kind]]
        self._keep(at=entries.now(), kind=kind, **event)

    def _keep(self, **event: Any) -> None:
        self._untold = [*self._untold, event][-MOST:]
        self._save()

    def _save(self) -> None:
        notices.write(self.root, UNTOLD, {"served": self._served, "untold": self._untold})


def _sound(events: Any) -> list[dict[str, Any]]:
    """Leave out what somebody broke by hand."""
    listed = events if isinstance(events, list) else []
    return [one for one in listed if isinstance(one, dict) and one.get("kind") in KINDS]


def _reason(served: Bundle, pin: Pin | None) -> tuple[str, str]:
    if pin and pin.version == served.version:
        return pin.who, f"pin: {pin.why}"
    moved = served.manifest.get("promotion")
    return (moved["who"], f"{moved['action']}: {moved['why']}") if moved else ("unknown", "the alias was moved by hand")


async def _write(settings: Settings, events: list[dict[str, Any]]) -> None:
    from churn.stores.ledger.opened import opened

    async with opened(settings) as ledger:
        await ledger.do(lambda connection: _written(connection, events, settings.purpose))


def _written(connection: Any, events: list[dict[str, Any]], purpose: str) -> None:
    from churn.lifecycle.alerting import raised
    from churn.stores.ledger import servings

    for event in events:
        cells = {name: value for name, value in event.items() if name != "kind"}
        alert = ALERTS.get(event["kind"])
        if alert is None:
            servings.served(connection, **cells)
        elif event["kind"] in OVER:
            raised.resolve(connection, alert, purpose=purpose, by="sync", **cells)
        else:
            raised.raise_(connection, alert, purpose=purpose, **cells)
