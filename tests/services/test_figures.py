"""What people read of the service's speed, against times that are known."""

import os
import subprocess
import sys
from math import inf

import pytest
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

from churn.services.api.figures import figures, quantile
from churn.services.api.telemetry import SECONDS

WORKER = """
import sys
from churn.services.api import telemetry
telemetry.begin()
for _ in range(int(sys.argv[1])):
    counted, timed = telemetry.answered("/predict", "POST", int(sys.argv[3]))
    counted(1)
    timed(float(sys.argv[2]))
telemetry.REFUSED.labels("predict", "tenure").inc(2)
"""


def worked(folder, *words):
    env = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(folder)}
    subprocess.run([sys.executable, "-c", WORKER, *map(str, words)], env=env, check=True)


def gathered(folder):
    together = CollectorRegistry()
    MultiProcessCollector(together, path=str(folder))
    return figures(together.collect())


def observed(times):
    registry = CollectorRegistry()
    histogram = Histogram("churn_request_seconds", "-", ["route"], buckets=SECONDS, registry=registry)
    for one in times:
        histogram.labels("/predict").observe(one)
    return figures(registry.collect()).latency


def test_a_quantile_lies_in_the_bucket_of_the_true_one():
    times = [0.0004 * number for number in range(1, 1001)]  # evenly up to 0.4 s
    (found,) = observed(times)
    assert (found.route, found.count, found.slower) == ("/predict", 1000, 0)
    for told, true in ((found.p50, 200), (found.p95, 380), (found.p99, 396)):
        assert (
            max(b for b in SECONDS if b * 1000 < true) * 1000
            < told
            <= min(b for b in SECONDS if b * 1000 >= true) * 1000
        )
    assert found.p50 == pytest.approx(200, rel=0.01)  # evenly spread, as the reading takes it


def test_a_quantile_is_reckoned_as_prometheus_does():
    buckets = {0.1: 50.0, 0.5: 90.0, 1.0: 100.0, inf: 100.0}
    assert quantile(buckets, 0.25) == pytest.approx(0.05)
    assert quantile(buckets, 0.5) == pytest.approx(0.1)
    assert quantile(buckets, 0.7) == pytest.approx(0.3)
    assert quantile(buckets, 0.95) == pytest.approx(0.75)


def test_beyond_the_last_bound_the_bound_is_told_and_how_many_were_slower():
    (found,) = observed([20.0] * 3 + [0.002])
    assert (found.p50, found.slowest_bound, found.slower) == (10_000, 10_000, 3)


def test_before_the_first_request_there_is_no_speed():
    assert quantile({}, 0.5) is None
    assert quantile({0.1: 0.0, inf: 0.0}, 0.5) is None
    registry = CollectorRegistry()
    Histogram("churn_request_seconds", "-", ["route"], registry=registry).labels("/predict")
    (found,) = figures(registry.collect()).latency
    assert (found.count, found.p50, found.p99) == (0, None, None)
    empty = figures([])
    assert (empty.requests, empty.errors, empty.workers, empty.latency, empty.since) == (0, 0, 0, [], None)


def test_the_figures_of_several_workers_are_added_up(tmp_path):
    worked(tmp_path, 90, 0.02, 200)
    worked(tmp_path, 10, 0.7, 503)
    found = gathered(tmp_path)
    assert (found.requests, found.errors, found.refused_rows) == (100, 10, 4)
    (speed,) = found.latency
    assert speed.count == 100
    assert 10 < speed.p50 <= 25  # 90 of them took 20 ms
    assert 500 < speed.p95 <= 1000  # 10 took 700 ms
    assert found.since > 1.6e9


def test_a_worker_that_died_is_counted_no_more_and_its_requests_are(tmp_path):
    worked(tmp_path, 5, 0.02, 200)
    worked(tmp_path, 5, 0.02, 200)
    assert gathered(tmp_path).workers == 2
    for live in tmp_path.glob("gauge_live*"):
        live.unlink()
    found = gathered(tmp_path)
    assert (found.workers, found.requests) == (0, 10)
    assert found.since is not None
