"""Every command that a runbook names is run, in a house with two champions, open alerts and a service."""

import asyncio
import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest
import typer
from typer.testing import CliRunner

import models
import serving
import sinks
from churn.cli import app
from churn.lifecycle import promotion
from churn.lifecycle.alerting import raised, rules
from churn.lifecycle.promotion import Author
from churn.services.sync.sync import Sync
from churn.stores.ledger.opened import opened
from syncing import GOOD, OTHER

ROOT = Path(__file__).parents[3]
NOW = 1_770_000_000_000_000
PAGES = "\n".join(page.read_text() for page in sorted((ROOT / rules.FOLDER).glob("*.md")))
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGES, flags=re.MULTILINE | re.DOTALL)
LINES = list(dict.fromkeys(line for block in BLOCKS for line in block.splitlines()))
COMMANDS = [line for line in LINES if line.startswith(("churn ", "python "))]
"""What needs an engine or a cluster is typed by `make verify` (tests/verify/checks/runbooks.py)."""
MENTIONED = sorted(set(re.findall(r"`(churn [^`]+)`", PAGES)) - set(COMMANDS))
OPEN = re.findall(r"^churn alerts (?:ack|resolve) (\w+)", PAGES, flags=re.MULTILINE)
SCRIPTS = ("prediction_smoke_test", "integration_tests", "performance_test")
ASK_THE_SERVICE = {"brief", *(f"scripts/{name}.py" for name in SCRIPTS)}
FINDS_FAULTS = {"churn doctor"}
"""Ends with 1 where it finds something, as it does in a house that is no clone."""
BACKUP = "backups/monday"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Build a registry whose version 2 followed version 1, a bundle, and a ledger in which alerts are open."""
    folder = tmp_path_factory.mktemp("house")
    before = Path.cwd()
    os.chdir(folder)
    try:
        shutil.copy(ROOT / "params.yaml", folder)
        shutil.copytree(ROOT / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
        store = models.empty_store(folder / "template.db", folder)
        known = store.model_copy(
            update={"bundle_dir": folder / "bundle", "database_url": f"sqlite:///{folder}/ledger.db"}
        )
        asyncio.run(_alarmed(known))
        for one in (OTHER, GOOD):
            models.on_disk(one, folder)
            models.enter_from_disk(known, folder)
            promotion.promote(known, models.REGISTER, Author("tester", "a reason"))
        Sync(known, models.REGISTER).turn()
    finally:
        os.chdir(before)
    return folder


def prepared(command, place):
    """Let it be as it is when a command is typed: a backup was taken, and what is restored was lost."""
    if command.startswith("churn restore"):
        status, said = churn(["backup", BACKUP])
        assert status == 0, said
    if command.startswith("churn restore") and "--check" not in command:
        for one in ("mlflow.db", "ledger.db", "ledger.db-wal", "ledger.db-shm"):
            (place / one).unlink(missing_ok=True)
        shutil.rmtree(place / "mlruns")
    if command.startswith("churn keys revoke"):
        churn(["keys", "add", command.split()[-1], "--scope", "predict"])


async def _alarmed(known):
    async with opened(known, migrate=True) as ledger:
        for kind in OPEN:
            await ledger.do(partial(raised.raise_, kind=kind, words="words", at=NOW))


@pytest.fixture
def place(house, tmp_path, monkeypatch):
    """Give a copy of the house in which one command may change what it likes."""
    shutil.copytree(house, tmp_path / "house")
    monkeypatch.chdir(tmp_path / "house")
    for name, value in environment(tmp_path / "house").items():
        monkeypatch.setenv(name, value)
    return tmp_path / "house"


def environment(folder):
    env = serving.environment(folder, CHURN_USER="tester", MLFLOW_TRACKING_URI=f"sqlite:///{folder}/mlflow.db")
    return {name: value for name, value in env.items() if name.startswith(("CHURN_", "MLFLOW_"))}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_a_runbook_does_what_it_says(command, place, monkeypatch, caplog):
    words = shlex.split(command)
    caplog.set_level("INFO", "churn")
    prepared(command, place)
    with sinks.hook() as hook, beside(words, place) as url:
        monkeypatch.setenv("CHURN_ALERT_WEBHOOK", hook.url)
        if url:
            monkeypatch.setenv("CHURN_API_URL", url)
            monkeypatch.setenv("CHURN_API_PORT", url.rpartition(":")[2])
        status, said = churn(words[1:]) if words[0] == "churn" else script(words, place)
    assert status == 0 or (command in FINDS_FAULTS and status == 1), said + caplog.text
    assert said + caplog.text


@contextmanager
def beside(words, place):
    """Serve somebody who has scored a customer, for as long as a command that asks the service runs."""
    if words[1] not in ASK_THE_SERVICE:
        yield ""
        return
    with serving.running(place) as url:
        httpx.post(f"{url}/predict", json=serving.customer()).raise_for_status()
        yield url


def churn(words):
    found = CliRunner().invoke(app, words)
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.exit_code, found.output


def script(words, place):
    """Run a script as it is typed."""
    assert words[0] == "python"
    done = subprocess.run([sys.executable, *words[1:]], cwd=place, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("command", MENTIONED)
def test_a_command_that_is_only_mentioned_exists_with_its_options(command):
    found = typer.main.get_command(app)
    words = shlex.split(command)[1:]
    while words and hasattr(found, "commands") and words[0] in found.commands:
        found = found.commands[words.pop(0)]
    options = {option for parameter in found.params for option in parameter.opts}
    assert not hasattr(found, "commands") or found.invoke_without_command, command
    assert {word for word in words if word.startswith("--")} <= options
