"""Let the sync that runs on this host do what it can do at once: it has MLflow open, which takes others seconds."""

import time
from typing import Any

from churn.errors import BundleError, ChurnError, ModelError, PromotionRefused, TrackingError
from churn.settings import Settings
from churn.stores import asks, notices
from churn.stores.tracking import store

FRESH, TAKEN, SECONDS, PAUSE = 15.0, 3.0, 30.0, 0.05
"""Seconds of silence after which sync is gone; until it takes what is asked; until it answers; between two looks."""
FAULTS: dict[str, type[ChurnError]] = {
    one.__name__: one for one in (PromotionRefused, TrackingError, ModelError, BundleError)
}


def rollback(known: Settings, why: str) -> str | None:
    """Have this host's sync roll back, and say what it did; None where none does, or it follows another registry.

    Raises what sync met; BundleError when it does not answer, for then nobody knows whether it was done.
    """
    status = notices.status(known.bundle_dir)
    if status is None or status["silent_seconds"] > FRESH or status.get("store") != store.redacted(known.store):
        return None
    name = asks.ask(known.bundle_dir, "rollback", who=known.who, why=why)
    told = _answer(known, name, TAKEN)
    if told is None and asks.withdraw(known.bundle_dir, name):
        return None
    told = told or _answer(known, name, SECONDS)
    if told is None:
        raise BundleError(f"sync has not answered within {SECONDS:g} s; `churn history` tells whether it rolled back")
    if not told["ok"]:
        raise FAULTS.get(str(told.get("error")), BundleError)(str(told["words"]))
    return str(told["words"])


def _answer(known: Settings, name: str, seconds: float) -> dict[str, Any] | None:
    until = time.monotonic() + seconds
    while (told := asks.answer(known.bundle_dir, name)) is None and time.monotonic() < until:
        time.sleep(PAUSE)
    return told
