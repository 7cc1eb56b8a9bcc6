import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import models
from churn.cli import app
from churn.lifecycle.registration import register

ROOT = Path(__file__).parents[2]
GOOD, POOR = models.model(), models.model(noise=0.9, rows=400)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A checkout with two versions in its registry, none of them champion."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "params.yaml").write_text((ROOT / "params.yaml").read_text())
    known = models.empty_store(folder / "template.db", folder)
    (folder / "data" / "prepared").mkdir(parents=True)
    rows = models.test_rows()
    rows.to_parquet(folder / "data" / "prepared" / "test.parquet")
    for one in (POOR, GOOD):
        figures = {"model": one.metadata["digest"]} | models.METRICS
        path = models.on_disk(one, folder)
        register(known, models.REGISTER, models.GATE, models.CAMPAIGN, path, one.metadata, figures, rows)
    return folder


@pytest.fixture
def call(place, monkeypatch):
    monkeypatch.chdir(place)
    for name, value in {"CHURN_USER": "anna", "MLFLOW_TRACKING_URI": f"sqlite:///{place}/mlflow.db"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CHURN_LOCK_DIR", str(place))
    return lambda *words: CliRunner().invoke(app, ["versions", *words])


def test_two_versions_are_compared_with_a_page_and_for_programs(call, place):
    told = call("compare", "1", "2", "--html", "both.html", "--json")
    assert told.exit_code == 0
    assert json.loads(told.stdout)["measured"]["metrics"]["log_loss"]["b_less_a"]["high"] < 0
    assert b"Version 1 beside version 2" in (place / "both.html").read_bytes()


def test_versions_are_listed_and_searched(call):
    assert len(call().stdout.splitlines()) == 2
    told = call("search", "metrics.roc_auc > 0.5", "--tag", "family=scorecard", "--limit", "1", "--json")
    found = json.loads(told.stdout)
    assert ([one["version"] for one in found["versions"]], found["among"]) == ([2], 2)
    assert call("search", "metrics.roc_auc > 0.5").stdout.splitlines()[-1] == "2 of 2 versions"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("retire", "1"), "say why, in words"),
        (("retire", "9", "--why", "x"), "no version 9"),
        (("unretire", "1", "--why", "x"), "version 1 is not retired"),
        (("compare", "1", "1"), "beside itself"),
        (("compare", "1", "9"), "no version 9"),
        (("search", "roc_auc > 1"), "neither metrics.NAME"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line_and_changes_nothing(call, caplog, words, said):
    before = call().stdout
    told = call(*words)
    assert told.exit_code == 1
    (line,) = [one for one in caplog.messages if one.startswith("error: ")]
    assert said in line
    assert "\n" not in line
    assert call().stdout == before


def test_a_registry_that_is_away_is_said(call, monkeypatch, caplog):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    for words in (("compare", "1", "2"), ("search",), ("retire", "1", "--why", "x"), ()):
        assert call(*words).exit_code == 1
        assert "does not answer" in caplog.messages[-1]


def test_the_stages_script_does_the_same(call, place):
    def script(*words):
        told = [sys.executable, str(ROOT / "scripts" / "register_model.py"), *words]
        return subprocess.run(told, cwd=place, capture_output=True, text=True, check=False)

    assert script("retire", "1", "--why", "a broken export").stdout.startswith("version 1 is retired")
    again = script("retire", "1", "--why", "again")
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    assert "version 1 is retired already: retired by anna on" in again.stderr
    assert "retired by anna" in call().stdout
    assert json.loads(script("search", "retired = true", "--json").stdout)["versions"][0]["version"] == 1
    assert script("unretire", "1", "--why", "it was right").returncode == 0
    assert "--verdict" in script("--help").stdout
