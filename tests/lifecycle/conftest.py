import pytest

import models
from churn.lifecycle import promotion
from churn.lifecycle.promotion import Author
from churn.lifecycle.registration import register
from churn.stores.tracking.registry import Registry

ME = Author("tester", "a reason")


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    return tmp_path_factory.mktemp("template") / "mlflow.db"


@pytest.fixture
def known(template, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return models.empty_store(template, tmp_path)


@pytest.fixture
def enter(known, tmp_path):
    """Register a trained model, as the stage does."""

    def enter(trained, rows=None, metrics=models.METRICS, gate=models.GATE):
        metrics = {"model": trained.metadata["digest"]} | metrics
        path = models.on_disk(trained, tmp_path)
        rows = models.test_rows() if rows is None else rows
        return register(known, models.REGISTER, gate, models.CAMPAIGN, path, trained.metadata, metrics, rows)

    return enter


@pytest.fixture
def registry(known):
    return Registry(known.store, "telco-churn")


@pytest.fixture
def promote(known):
    return lambda: promotion.promote(known, models.REGISTER, ME)


@pytest.fixture
def rollback(known):
    return lambda: promotion.rollback(known, models.REGISTER, ME)
