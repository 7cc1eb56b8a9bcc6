"""Figures for Prometheus; with PROMETHEUS_MULTIPROC_DIR set, those of all workers together."""

import os
import time
from collections.abc import Callable, Iterator
from functools import cache

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

MEDIA = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

REQUESTS = Counter("churn_requests", "Requests answered", ["route", "method", "status"])
DURATION = Histogram("churn_request_seconds", "From the request's head to its answer's end", ["route"], buckets=SECONDS)
ROWS = Counter("churn_predictions", "Customers scored", ["door", "purpose", "model_version"])
TIERS = Counter("churn_predictions_by_tier", "Customers scored in production, by risk tier", ["tier"])
OFFERS = Counter("churn_offers", "Customers scored in production who are worth an offer")
REFUSED = Counter("churn_refused_rows", "Rows refused", ["door", "column"])
MODEL = Gauge("churn_model_version", "The model version being served", multiprocess_mode="livemin")
QUEUE = Gauge("churn_ledger_queue", "Writes waiting for the ledger", multiprocess_mode="livesum")
LEDGER_UP = Gauge("churn_ledger_up", "Whether the ledger's last write succeeded", multiprocess_mode="livemin")
COMMIT = Gauge("churn_ledger_commit_seconds", "How long the last group took to commit", multiprocess_mode="livemax")
REGISTRY_UP = Gauge("churn_registry_up", "Whether sync last reached the registry", multiprocess_mode="livemin")
REFUSED_MODEL = Gauge("churn_model_refused", "Whether the champion was refused here", multiprocess_mode="livemax")
WORKERS = Gauge("churn_workers", "Workers that answer", multiprocess_mode="livesum")
SINCE = Gauge("churn_figures_since_seconds", "When the first worker began to count", multiprocess_mode="min")


_LATER: dict[Callable[[float], None], float] = {}


def later(counting: Callable[[float], None], number: float = 1) -> None:
    """Count at the next flush: a tally in a dict is ten times cheaper than a shared counter."""
    _LATER[counting] = _LATER.get(counting, 0) + number


def flush() -> None:
    """Bring what was tallied to the counters."""
    while _LATER:
        counting, number = _LATER.popitem()
        counting(number)


@cache
def answered(route: str, method: str, status: int) -> tuple[Callable[[float], None], Callable[[float], None]]:
    """Give what counts a request and what notes its seconds, looked up once for each kind."""
    return REQUESTS.labels(route, method, str(status)).inc, DURATION.labels(route).observe


@cache
def scored(door: str, purpose: str, version: int) -> Callable[[float], None]:
    """Give what counts scored customers."""
    return ROWS.labels(door, purpose, str(version)).inc


@cache
def of_tier(tier: str) -> Callable[[float], None]:
    """Give what counts customers of a risk tier."""
    return TIERS.labels(tier).inc


def page() -> bytes:
    """Write all figures as Prometheus reads them."""
    return generate_latest(_together())


def families() -> Iterator[Metric]:
    """Give all figures, name by name."""
    return iter(_together().collect())


def _together() -> CollectorRegistry:
    """Give the figures of all workers; of this one where each keeps its own."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]  # theirs has no types
    return together


def begin() -> None:
    """Note that this worker answers from now on."""
    WORKERS.set(1)
    SINCE.set(time.time())


def offers(number: float) -> None:
    """Count customers who are worth an offer."""
    OFFERS.inc(number)
