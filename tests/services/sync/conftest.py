from pathlib import Path

import pytest

import models
from churn.lifecycle import promotion
from churn.lifecycle.promotion import Author
from churn.services.sync import answers
from churn.services.sync.sync import Sync
from churn.stores import asks
from syncing import GOOD, OTHER

ME = Author("tester", "a reason")


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return tmp_path_factory.mktemp("template") / "mlflow.db"


@pytest.fixture
def known(template, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text((Path(__file__).parents[3] / "params.yaml").read_text())
    settings = models.empty_store(template, tmp_path)
    places = {"bundle_dir": tmp_path / "bundle", "database_url": f"sqlite:///{tmp_path}/ledger.db"}
    return settings.model_copy(update=places | {"sync_seconds": 0.2})


@pytest.fixture
def promote(known, tmp_path):
    def promote(trained):
        models.on_disk(trained, tmp_path)
        models.enter_from_disk(known, tmp_path)
        promotion.promote(known, models.REGISTER, ME)

    return promote


@pytest.fixture
def two(promote):
    """Version 1 was champion, version 2 is."""
    promote(OTHER), promote(GOOD)


@pytest.fixture
def sync(known):
    return Sync(known, models.REGISTER)


@pytest.fixture
def ask(sync, known):
    def ask(action, **details):
        name = asks.ask(known.bundle_dir, action, **details)
        answers.handle(sync)
        return asks.answer(known.bundle_dir, name)

    return ask
