"""Readings of monitoring as Prometheus reads them: the newest of each kind, the same from whichever worker is asked."""

from collections.abc import Iterable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from churn.errors import LedgerError
from churn.services.api.state import State
from churn.stores.ledger import entries
from churn.stores.ledger.watch.readings import newest

STATES = ("ok", "alarm", "unknown")
WHOSE = ("kind", "model_version", "purpose")
SHOWN = ("customers", "share", "p_value", "distance", "threshold", "within_ms", "slope", "labelled", "suspicious",
         "weight_moved")  # fmt: skip
"""Figures that are one number."""
SPANNED = ("log_loss", "excess", "gap", "lost_per_1000", "roc_auc")
"""Figures with an interval, of which the value is told."""


async def page(known: State) -> bytes:
    """Write the newest readings; where the ledger does not answer, none, and that it is not known."""
    purpose = known.settings.purpose
    try:
        now = None if purpose == "simulated" else entries.now()
        return _written(await known.ledger.read(newest, purpose, (), now), purpose)
    except LedgerError:
        return _written(None, purpose)


def _written(found: Iterable[Mapping[str, Any]] | None, purpose: str) -> bytes:
    kept = CollectorRegistry()
    Gauge("churn_readings_known", "Whether the ledger could tell the readings", registry=kept).set(found is not None)
    state = Gauge("churn_reading", "1 for the state of the newest reading", (*WHOSE, "state"), registry=kept)
    until = Gauge("churn_reading_until_seconds", "End of its window, in seconds since 1970", WHOSE, registry=kept)
    value = Gauge("churn_reading_value", "A figure of the newest reading", (*WHOSE, "figure"), registry=kept)
    for one in _last(list(found or ())):
        whose = (one["kind"], str(one["model_version"] or ""), purpose)
        until.labels(*whose).set(one["until"] / 1e6)
        for name in STATES:
            state.labels(*whose, name).set(one["state"] == name)
        for name, figure in _figures(one["figures"]):
            value.labels(*whose, name).set(figure)
    return generate_latest(kept)


def _last(found: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Keep the newest window of each kind: what an earlier version was read at is history."""
    told = list(found)
    ends = {kind: max(one["until"] for one in told if one["kind"] == kind) for kind in {one["kind"] for one in told}}
    return [one for one in told if one["until"] == ends[one["kind"]]]


def _figures(figures: Mapping[str, Any]) -> list[tuple[str, float]]:
    plain = [(name, figures.get(name)) for name in SHOWN]
    spans = [(name, figures[name].get("value")) for name in SPANNED if isinstance(figures.get(name), Mapping)]
    return [(name, float(one)) for name, one in [*plain, *spans] if isinstance(one, int | float)]
