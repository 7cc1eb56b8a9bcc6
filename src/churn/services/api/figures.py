"""The figures that Prometheus reads, added up for people: requests, faults, speed by route."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf

from prometheus_client.metrics_core import Metric
from prometheus_client.samples import Sample

MILLISECONDS = 1000.0
QUANTILES = (0.5, 0.95, 0.99)
OURS = 500
"""From this status on the fault was ours."""

Buckets = Mapping[float, float]
"""How many requests took at most so many seconds; the last bound is infinite."""


@dataclass(frozen=True, slots=True)
class Latency:
    """How fast a route answered, in milliseconds; null before its first request."""

    route: str
    count: int
    p50: float | None
    p95: float | None
    p99: float | None
    slowest_bound: float
    slower: int


@dataclass(slots=True)
class Figures:
    """Sums over all workers; `since` in seconds since 1970."""

    since: float | None = None
    workers: int = 0
    requests: int = 0
    errors: int = 0
    refused_rows: int = 0
    latency: list[Latency] = field(default_factory=list)


def figures(families: Iterable[Metric]) -> Figures:
    """Add up the figures of a scrape."""
    found: dict[str, list[Sample]] = defaultdict(list)
    for family in families:
        for one in family.samples:
            found[one.name].append(one)
    requests = found["churn_requests_total"]
    return Figures(
        since=min((one.value for one in found["churn_figures_since_seconds"] if one.value), default=None),
        workers=_sum(found["churn_workers"]),
        requests=_sum(requests),
        errors=_sum(one for one in requests if int(one.labels["status"]) >= OURS),
        refused_rows=_sum(found["churn_refused_rows_total"]),
        latency=_latencies(found["churn_request_seconds_bucket"]),
    )


def quantile(buckets: Buckets, share: float) -> float | None:
    """Give the time within which a share of requests was answered, in seconds; None where there were none.

    As Prometheus does: within a bucket requests are taken to lie evenly, beyond the last bound they lie on it.
    """
    bounds = sorted(buckets)
    wanted = share * buckets[bounds[-1]] if bounds else 0
    if not wanted:
        return None
    place = next(index for index, bound in enumerate(bounds) if buckets[bound] >= wanted)
    low, before = (bounds[place - 1], buckets[bounds[place - 1]]) if place else (0.0, 0.0)
    if bounds[place] == inf:
        return low
    return low + (bounds[place] - low) * (wanted - before) / (buckets[bounds[place]] - before)


def _latencies(samples: Iterable[Sample]) -> list[Latency]:
    """Measure each route, the busiest first."""
    routes: dict[str, dict[float, float]] = defaultdict(dict)
    for one in samples:
        routes[one.labels["route"]][float(one.labels["le"])] = one.value
    return sorted((_latency(*one) for one in routes.items()), key=lambda one: (-one.count, one.route))


def _latency(route: str, buckets: Buckets) -> Latency:
    times = [quantile(buckets, share) for share in QUANTILES]
    last = max((bound for bound in buckets if bound < inf), default=0.0)
    p50, p95, p99 = (None if one is None else one * MILLISECONDS for one in times)
    count = round(buckets.get(inf, 0.0))
    return Latency(route, count, p50, p95, p99, last * MILLISECONDS, count - round(buckets.get(last, 0.0)))


def _sum(samples: Iterable[Sample]) -> int:
    return round(sum(one.value for one in samples))
