"""How sync stands, for whoever reads status.json."""

import os
import socket
import textwrap
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from churn.lifecycle.pins import Pin
from churn.services.sync.refusal import Refusal
from churn.stores import notices
from churn.stores.bundle import Bundle

SIGN_SECONDS = 10.0
"""Without news the file is written so often, as a sign of life."""
LINE = 240
State = Literal["ok", "away", "empty", "unknown"]


def now() -> str:
    """Spell this moment."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Standing:
    """What sync knows of registry, host and ledger."""

    root: Path
    store: str
    registry: State = "unknown"
    since: str = field(default_factory=now)
    fault: str = ""
    trouble: str = ""
    wanted: int | None = None
    pin: Pin | None = None
    void: str = ""
    """Why a pin does not count."""
    refused: Refusal | None = None
    untold: int = 0
    _last: dict[str, Any] = field(default_factory=dict)
    _written: float = 0.0

    def sees(self, registry: State, fault: str = "") -> None:
        """Note how the registry is; `since` is when it became so."""
        if registry != self.registry:
            self.registry, self.since = registry, now()
        self.fault = textwrap.shorten(fault, LINE, placeholder=" ...")

    def holds(self, pin: Pin | None, retired: str = "") -> Pin | None:
        """Note the pin and give it; of a version that was retired since it is void, the alias is followed."""
        void = pin is not None and bool(retired)
        self.void = f"the pin of version {pin.version} is void, for it was {retired}" if pin and void else ""
        self.pin = None if void else pin
        return self.pin

    def write(self, served: Bundle | None) -> None:
        """Write status.json, if there is news or a sign of life is due."""
        told = self._notice(served)
        if told != self._last or time.monotonic() - self._written > SIGN_SECONDS:
            notices.write(self.root, notices.STATUS, {"seen": round(time.time(), 3), **told})
            self._last, self._written = told, time.monotonic()

    def words(self, served: Bundle | None) -> str:
        """Say it in one sentence."""
        has = f"version {served.version} is served" if served else "no model is served"
        because = f", pinned by {self.pin.who}: {self.pin.why}" if self.pin else f"; {self.void}" if self.void else ""
        if self.refused:
            return f"{has}{because}; version {self.refused.version} was refused: {self.refused.why}"
        if self.registry == "away":
            return f"{has}{because}; the registry is away since {self.since}: {self.fault}"
        if self.registry == "empty":
            return f"{has}{because}; {self.fault}"
        return f"{has}{because}; {self.trouble}" if self.trouble else f"{has}{because}"

    def _notice(self, served: Bundle | None) -> dict[str, Any]:
        return {
            "registry": self.registry,
            "registry_since": self.since,
            "store": self.store,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "serving": {"version": served.version, "digest": served.digest} if served else None,
            "wanted": self.wanted,
            "pin": asdict(self.pin) if self.pin else None,
            "refused": _refused(self.refused),
            "trouble": self.trouble or None,
            "untold": self.untold,
            "words": self.words(served),
        }


def _refused(refused: Refusal | None) -> dict[str, Any] | None:
    if refused is None:
        return None
    return {"version": refused.version, "why": refused.why, "since": refused.since, "tries": refused.tries}
