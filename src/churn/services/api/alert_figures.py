"""Alerts as Prometheus reads them: what the ledger holds now, for all hosts and workers alike."""

from collections.abc import Iterable
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from churn.errors import LedgerError
from churn.services.api.state import State
from churn.stores.ledger.queries.alerts import counted

LABELS = ("kind", "severity", "state", "purpose")


async def page(known: State) -> bytes:
    """Write how many alerts stand unresolved; where the ledger does not answer, that it is not known."""
    try:
        return _written(await known.ledger.read(counted))
    except LedgerError:
        return _written(None)


def _written(found: Iterable[dict[str, Any]] | None) -> bytes:
    """Write into a registry of its own: what is resolved is simply no longer there, whichever worker is asked."""
    kept = CollectorRegistry()
    seen = Gauge("churn_alerts_known", "Whether the ledger could tell which alerts stand", registry=kept)
    seen.set(found is not None)
    alerts = Gauge("churn_alerts", "Alerts that are not resolved", LABELS, registry=kept)
    for one in found or ():
        alerts.labels(*(one[name] for name in LABELS)).set(one["alerts"])
    return generate_latest(kept)
