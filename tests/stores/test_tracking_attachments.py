"""Reports logged with a model's run."""

from pathlib import Path

import pytest

import models
from churn.errors import TrackingError
from churn.stores.tracking import runs, store
from churn.stores.tracking.attachments import DIGEST, attach

MODEL = models.model()


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return tmp_path_factory.mktemp("template") / "mlflow.db"


@pytest.fixture
def uri(template, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return models.empty_store(template, tmp_path).store


@pytest.fixture
def run(uri):
    return runs.log(uri, "telco-churn", MODEL.metadata)


@pytest.fixture
def reports(tmp_path):
    paths = [tmp_path / "model_card.html", tmp_path / "eda.html"]
    for path in paths:
        path.write_text(f"<p>{path.stem}</p>")
    return paths


def held(uri, run, tmp_path):
    client = store.connect(uri)
    folder = tmp_path / "held"
    folder.mkdir()
    return {
        path.name: path.read_text() for path in Path(client.download_artifacts(run, "reports", str(folder))).iterdir()
    }


def test_reports_stand_in_the_run_as_they_were(uri, run, reports, tmp_path):
    assert attach(uri, run, reports)
    assert held(uri, run, tmp_path) == {path.name: path.read_text() for path in reports}


def test_the_same_reports_are_not_logged_again_and_changed_ones_are(uri, run, reports, tmp_path):
    assert attach(uri, run, reports)
    assert not attach(uri, run, reports[::-1])
    reports[0].write_text("<p>another</p>")
    assert attach(uri, run, reports)
    assert held(uri, run, tmp_path)["model_card.html"] == "<p>another</p>"


def test_nothing_to_attach_is_nothing_done(uri, run):
    assert not attach(uri, run, [])
    assert DIGEST not in store.connect(uri).get_run(run).data.tags


def test_a_report_that_is_missing_stops_before_anything_is_logged(uri, run, reports):
    reports[1].unlink()
    with pytest.raises(FileNotFoundError):
        attach(uri, run, reports)
    assert DIGEST not in store.connect(uri).get_run(run).data.tags


def test_a_run_that_is_not_there_is_told(uri, run, reports):
    with pytest.raises(TrackingError, match="MLflow store"):
        attach(uri, "0" * 32, reports)
