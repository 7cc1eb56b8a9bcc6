"""What this host has and what is at stake, as Prometheus reads them: disk, the ledger's lag, the model's age, money."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from churn.errors import BundleError, LedgerError
from churn.services.api.remembered import Remembered
from churn.services.api.state import State
from churn.stores.ledger import entries, expansion
from churn.stores.ledger.queries import portfolio

EVERY_SECONDS = 60
"""Sums over all customers take long where there are many; a worker makes them no oftener."""
TIME_DIGITS = 14
"""The digits of a record's id that tell when it was made, in microseconds."""
MONEY = {
    "customers": "Customers whose last score is known and who have not left",
    "flagged": "Customers above the model's threshold",
    "monthly": "What customers pay a month",
    "at_risk": "What of it is expected to be lost: probability times what each pays",
    "offers": "Customers who are worth an offer",
}


async def page(known: State, memory: Remembered) -> bytes:
    """Write what can be told; what is not known is left out."""
    kept = CollectorRegistry()
    await asyncio.to_thread(_disk, kept, {"state": known.settings.bundle_dir, "temporary": Path(tempfile.gettempdir())})
    _model(kept, known)
    try:
        _lag(kept, await known.ledger.read(expansion.waiting))
        _money(kept, await _customers(known, memory), known.settings.purpose)
    except (LedgerError, BundleError):
        pass  # both are told of by gauges of their own
    return generate_latest(kept)


def _disk(kept: CollectorRegistry, places: Mapping[str, Path]) -> None:
    free = Gauge("churn_disk_free_bytes", "Room left on a file system", ["place"], registry=kept)
    whole = Gauge("churn_disk_bytes", "Size of a file system", ["place"], registry=kept)
    for name, path in places.items():
        if path.exists():
            usage = shutil.disk_usage(path)
            free.labels(name).set(usage.free)
            whole.labels(name).set(usage.total)


def _model(kept: CollectorRegistry, known: State) -> None:
    """Tell when the model that is served became the champion; nothing where no record says so."""
    moved = (known.served.manifest.get("promotion") or {}) if known.served.ready else {}
    since = Gauge(
        "churn_model_promoted_seconds", "When the served model was promoted", ["model_version"], registry=kept
    )
    if "when" in moved:
        since.labels(str(known.served.engine.version)).set(datetime.fromisoformat(moved["when"]).timestamp())


def _lag(kept: CollectorRegistry, waiting: list[str]) -> None:
    seconds = (entries.now() - int(waiting[0][:TIME_DIGITS], 16)) / 1e6 if waiting else 0.0
    lag = Gauge("churn_ledger_lag_seconds", "Age of the oldest batch whose rows are not all spread out", registry=kept)
    lag.set(max(0.0, seconds))
    Gauge("churn_ledger_waiting", "Batches whose rows are not all spread out", registry=kept).set(len(waiting))


async def _customers(known: State, memory: Remembered) -> dict[str, Any]:
    terms = (known.settings.purpose, known.served.engine.threshold)
    turn = time.monotonic() // EVERY_SECONDS
    cells = await memory.get(("figures", *terms), turn, lambda: known.ledger.read(portfolio.portfolio, *terms))
    return {name: sum(cell[name] or 0 for cell in cells) for name in MONEY}


def _money(kept: CollectorRegistry, sums: Mapping[str, Any], purpose: str) -> None:
    for name, words in MONEY.items():
        Gauge(f"churn_portfolio_{name}", words, ["purpose"], registry=kept).labels(purpose).set(sums[name])
