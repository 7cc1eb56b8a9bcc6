import os
from pathlib import Path

import pytest

import serving
import watched
from churn.settings import Settings


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Build a registry with a champion and its reference once: MLflow takes seconds."""
    folder = tmp_path_factory.mktemp("house")
    before = Path.cwd()
    os.chdir(folder)
    try:
        return watched.house(tmp_path_factory.mktemp("template") / "mlflow.db", folder)
    finally:
        os.chdir(before)


@pytest.fixture
def known(built, tmp_path, monkeypatch):
    """Give the house with an empty ledger; nobody serves at its address."""
    monkeypatch.chdir(built.lock_dir)
    monkeypatch.delenv("CHURN_API_KEY", raising=False)
    own = {"CHURN_DATABASE_URL": f"sqlite:///{tmp_path}/ledger.db", "CHURN_API_PORT": serving.free_port()}
    return Settings(_env_file=None, **(built.model_dump(by_alias=True) | own))


@pytest.fixture
def quick(monkeypatch):
    """Leave drift out: it takes seconds, and has tests of its own."""
    from churn.lifecycle.monitoring import drifted

    monkeypatch.setattr(drifted, "drift", lambda scene: scene.arrival("drift", "ok", "left out", {"kind": None}))
