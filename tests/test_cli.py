import shutil
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from churn.cli import app

ROOT = Path(__file__).parents[1]
COMMANDS = ["promote", "rollback", "history", "versions", "refresh"]


def call(*words):
    return CliRunner().invoke(app, words)


@pytest.mark.parametrize("command", COMMANDS)
def test_outside_a_project_every_command_says_so(tmp_path, monkeypatch, caplog, command):
    monkeypatch.chdir(tmp_path)
    assert call(command).exit_code == 1
    assert "params.yaml" in caplog.text or "dvc.yaml" in caplog.text
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", COMMANDS[:-1])
def test_a_server_that_is_away_is_said_soon_and_plainly(tmp_path, monkeypatch, caplog, command):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    shutil.copy2(ROOT / "params.yaml", tmp_path)
    began = time.monotonic()
    assert call(command).exit_code == 1
    assert time.monotonic() - began < 30
    assert "http://127.0.0.1:9 does not answer" in caplog.text


def test_a_day_that_is_none_is_refused(caplog):
    assert call("history", "--at", "yesterday").exit_code == 1
    assert "'yesterday' is no moment; spell a day 2026-05-01" in caplog.text
