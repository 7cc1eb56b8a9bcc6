"""The operator's scripts against a running service, a broken one, and none."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import serving
from churn.services.checks import promises

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    folder = tmp_path_factory.mktemp("service")
    serving.bundled(folder / "bundle")
    with serving.running(folder, CHURN_MAX_BATCH="5000") as url:
        yield url


def run(name, *words):
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / f"{name}.py", *words],
        capture_output=True, text=True, timeout=120, check=False, env=serving.environment(Path("/nowhere")),
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done


def test_the_smoke_test_passes_on_a_good_service(service):
    done = run("prediction_smoke_test", "--url", service)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 of 4 checks passed" in done.stdout


def test_the_integration_tests_pass_on_a_good_service(service):
    done = run("integration_tests", "--url", service)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAIL" not in done.stdout
    for door in ("/predict/batch", "/predict/file", "/invocations", "/v2 infer"):
        assert f"ok    /predict = {door}" in done.stdout


def test_behind_an_edge_that_keeps_the_figures_inside_nothing_is_counted():
    edge = SimpleNamespace(raw=lambda *_: SimpleNamespace(status_code=403))
    assert promises.metrics(edge) == "not told to callers from outside (403)"


def test_the_performance_test_tells_rate_and_latencies(service):
    done = run("performance_test", "--url", service, "--seconds", "0.5", "--connections", "2")
    assert done.returncode == 0, done.stderr
    for words in ("requests/s", "p50", "p95", "p99", "no error"):
        assert words in done.stdout


def test_the_performance_test_fails_where_requests_fail(service):
    done = run("performance_test", "--url", service, "--seconds", "0.2", "--rows", "6000")
    assert done.returncode == 1
    assert "413" in done.stderr


@pytest.mark.parametrize(
    "words", [("prediction_smoke_test",), ("integration_tests",), ("performance_test", "--seconds=0.1")]
)
def test_no_service_is_a_failure_in_words(words):
    done = run(*words, "--url", f"http://127.0.0.1:{serving.free_port()}")
    assert done.returncode == 1
    assert "make api" in done.stdout + done.stderr


def test_another_machine_is_not_loaded_unasked():
    done = run("performance_test", "--url", "http://192.0.2.1:8000")
    assert done.returncode == 1
    assert "--yes" in done.stderr


def test_a_service_without_a_model_fails_the_smoke_test(tmp_path):
    port = serving.free_port()
    words = [sys.executable, "-m", "uvicorn", "churn.services.api.app:create", "--factory", "--port", str(port)]
    process = subprocess.Popen(words, env=serving.environment(tmp_path), cwd=tmp_path, stderr=subprocess.DEVNULL)
    try:
        while "ok    alive" not in (done := run("prediction_smoke_test", "--url", f"http://127.0.0.1:{port}")).stdout:
            assert process.poll() is None
    finally:
        process.terminate()
        process.wait(30)
    assert done.returncode == 1
    assert "FAIL  ready" in done.stdout
    assert "no model has been brought to this host yet" in done.stdout
