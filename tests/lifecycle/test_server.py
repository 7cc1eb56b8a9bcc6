"""Registration and promotion against a real MLflow server: it checks what a file does not."""

import os
import socket
import subprocess
import sys
import time

import pytest
import requests

import models
from churn.lifecycle import promotion
from churn.lifecycle.promotion import Author
from churn.lifecycle.registration import register
from churn.scoring.scorer import Scorer
from churn.settings import Settings
from churn.stores.tracking.registry import Registry


@pytest.fixture
def server(known, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "mlflow", "server", "--workers", "1", "--port", str(port)]
    words += ["--backend-store-uri", known.store, "--artifacts-destination", str(tmp_path / "kept")]
    quiet = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
    with (tmp_path / "server.log").open("w") as log:
        running = subprocess.Popen(words, env=os.environ | quiet, stdout=log, stderr=log, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            if requests.get(f"{address}/health", timeout=1).ok:
                break
        except requests.RequestException:
            time.sleep(0.5)
    yield Settings(MLFLOW_TRACKING_URI=address, CHURN_LOCK_DIR=tmp_path, CHURN_USER="tester")
    os.killpg(running.pid, 15)
    running.wait(20)


def test_a_model_is_registered_promoted_and_fetched_over_http(server, tmp_path):
    good = models.model()
    path, metrics = models.on_disk(good, tmp_path), {"model": good.metadata["digest"]} | models.METRICS
    for _ in range(2):
        done = register(
            server, models.REGISTER, models.GATE, models.CAMPAIGN, path, good.metadata, metrics, models.test_rows()
        )
    assert (done.version.number, done.verdict.state) == (1, "pass")
    assert "version 1 is @champion" in promotion.promote(server, models.REGISTER, Author("tester", "a reason"))
    registry = Registry(server.store, "telco-churn")
    assert registry.aliases() == {"challenger": 1, "champion": 1}
    assert Scorer(registry.fetch(registry.versions()[0])).digest == good.metadata["digest"]
    assert [one.ending for one in promotion.history(server, models.REGISTER)] == ["done"]
