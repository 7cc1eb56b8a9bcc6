"""Alerts as Prometheus reads them: what the ledger holds now, for all hosts and workers alike."""

from collections.abc import Iterable
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from churn.errors import LedgerError
from churn.lifecycle.alerting import rules
from churn.services.api.state import State
from churn.stores.ledger.deliveries import last_beat
from churn.stores.ledger.queries.alerts import counted

LABELS = ("kind", "severity", "state", "purpose", "owner", "runbook")
MICRO = 1e6


async def page(known: State) -> bytes:
    """Write how many alerts stand unresolved; where the ledger does not answer, that it is not known."""
    purpose = known.settings.purpose
    try:
        found, turn = await known.ledger.read(counted), await known.ledger.read(last_beat, purpose)
    except LedgerError:
        return _written(None, None, purpose)
    return _written(found, turn, purpose)


def _written(found: Iterable[dict[str, Any]] | None, turn: int | None, purpose: str) -> bytes:
    """Write into a registry of its own: what is resolved is simply no longer there, whichever worker is asked."""
    kept = CollectorRegistry()
    seen = Gauge("churn_alerts_known", "Whether the ledger could tell which alerts stand", registry=kept)
    seen.set(found is not None)
    alerts = Gauge("churn_alerts", "Alerts that are not resolved", LABELS, registry=kept)
    for one in found or ():
        whose = {"owner": rules.rule_of(one["kind"]).owner, "runbook": rules.runbook(one["kind"])}
        told = one | whose
        alerts.labels(*(told[name] for name in LABELS)).set(one["alerts"])
    last = Gauge("churn_monitor_last_seconds", "When monitoring came through its last turn", ["purpose"], registry=kept)
    if turn is not None:
        last.labels(purpose).set(turn / MICRO)
    return generate_latest(kept)
