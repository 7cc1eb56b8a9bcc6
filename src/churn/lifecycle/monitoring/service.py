"""How the service itself did since the window before: how many requests failed, and how fast the others were."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, Literal

from churn.lifecycle.monitoring.reading import Reading, State
from churn.lifecycle.monitoring.scene import Scene, Told
from churn.settings import Settings, variable

SECONDS = 5.0
FEW = 100
"""Requests without which nothing is said of faults or speed."""
OURS, ROUTE, SHARE = 500, "/predict", 0.9


@dataclass(frozen=True, slots=True)
class Counters:
    """What the service counted since it started; `buckets` holds requests to one customer by upper bound in seconds."""

    since: float
    requests: float
    errors: float
    buckets: Mapping[str, float]

    def less(self, before: Mapping[str, Any] | None) -> "Counters":
        """Take off what was counted before, unless the service started anew since."""
        if not before or before.get("since") != self.since or "requests" not in before:
            return self
        buckets = {bound: many - before["buckets"].get(bound, 0.0) for bound, many in self.buckets.items()}
        return Counters(self.since, self.requests - before["requests"], self.errors - before["errors"], buckets)


def ask(known: Settings) -> Counters | str:
    """Ask the service of these settings for its counters, or say why it does not tell."""
    import httpx

    url = (variable("CHURN_API_URL") or f"http://{known.api_host}:{known.api_port}").rstrip("/")
    key = variable("CHURN_API_KEY")
    headers = {"authorization": f"Bearer {key}"} if key else {}
    try:
        answer = httpx.get(f"{url}/metrics", timeout=SECONDS, headers=headers)
        answer.raise_for_status()
        return _read(answer.text)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError) as fault:
        return f"the service at {url.rpartition('@')[2]} does not tell how it did ({type(fault).__name__})"


def errors(scene: Scene, told: Counters | str) -> Reading:
    """Compare the share of requests that failed by a fault of ours with what is borne."""
    if isinstance(told, str):
        return _measured(scene, told, "errors", "unknown", f"not judged: {told}", {})
    new = told.less(_before(scene, "errors"))
    figures: dict[str, Any] = {"counters": _spelt(told)}
    share = new.errors / new.requests if new.requests else None
    figures |= {"requests": new.requests, "errors": new.errors, "share": share, "most": scene.knobs.monitor.max_errors}
    if share is None or new.requests < FEW:
        return _measured(
            scene, told, "errors", "unknown", f"not judged: {new.requests:,.0f} requests are too few", figures
        )
    words = f"{new.errors:,.0f} of {new.requests:,.0f} requests failed by a fault of the service ({share:.2%})"
    return _measured(scene, told, "errors", "alarm" if share > scene.knobs.monitor.max_errors else "ok", words, figures)


def latency(scene: Scene, told: Counters | str) -> Reading:
    """Compare the time within which nine in ten customers were answered with what is borne."""
    if isinstance(told, str):
        return _measured(scene, told, "latency", "unknown", f"not judged: {told}", {})
    new = told.less(_before(scene, "latency"))
    figures: dict[str, Any] = {"counters": _spelt(told)}
    many, slowest = new.buckets.get("inf", 0.0), scene.knobs.monitor.slow_ms
    bound = next((float(one) for one in sorted(new.buckets, key=float) if new.buckets[one] >= SHARE * many), inf)
    figures |= {"requests": many, "within_ms": None if bound == inf else bound * 1000, "slow_ms": slowest}
    if many < FEW:
        return _measured(
            scene, told, "latency", "unknown", f"not judged: {many:,.0f} single customers are too few", figures
        )
    words = f"nine in ten of {many:,.0f} single customers were answered within {bound * 1000:,.0f} ms"
    return _measured(scene, told, "latency", "alarm" if bound * 1000 > slowest else "ok", words, figures)


def _before(scene: Scene, kind: str) -> Mapping[str, Any] | None:
    """Give what was counted when the running window began, by the last reading before that."""
    earlier = [one for one in scene.seen.past if one["kind"] == kind and one["until"] <= scene.times.arrived[1]]
    last = max(earlier, key=lambda one: int(one["until"]), default=None)
    return None if last is None else {**(last["figures"].get("counters") or {}), "until": last["until"]}


def _measured(
    scene: Scene, told: Counters | str, kind: Literal["errors", "latency"], state: State, words: str, figures: Told
) -> Reading:  # fmt: skip
    """Spell a reading of what was counted since the running window began, or since the service started, up to now."""
    before, since = _before(scene, kind), scene.times.arrived[1]
    if not isinstance(told, str):
        same = before is not None and before.get("since") == told.since
        since = int(before["until"]) if same and before is not None else int(told.since * 1e6)
    version = scene.champion.version if scene.champion else None
    return Reading(kind, version, min(since, scene.times.now), scene.times.now, state, words, figures)


def _read(text: str) -> Counters:
    from prometheus_client.parser import text_string_to_metric_families

    sums: dict[str, float] = defaultdict(float)
    buckets: dict[str, float] = defaultdict(float)
    since = inf
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            if one.name == "churn_requests_total":
                sums["requests"] += one.value
                sums["errors"] += one.value * (int(one.labels["status"]) >= OURS)
            elif one.name == "churn_request_seconds_bucket" and one.labels.get("route") == ROUTE:
                buckets[str(float(one.labels["le"]))] += one.value
            elif one.name == "churn_figures_since_seconds" and one.value:
                since = min(since, one.value)
    return Counters(0.0 if since == inf else since, sums["requests"], sums["errors"], dict(buckets))


def _spelt(told: Counters) -> dict[str, Any]:
    return {"since": told.since, "requests": told.requests, "errors": told.errors, "buckets": dict(told.buckets)}
