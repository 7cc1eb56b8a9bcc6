"""Every command that a runbook names is run, in a house with two champions, open alerts and a service."""

import asyncio
import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import nullcontext
from functools import partial
from pathlib import Path

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
COMMANDS = list(dict.fromkeys(line for block in BLOCKS for line in block.splitlines()))
MENTIONED = sorted(set(re.findall(r"`(churn [^`]+)`", PAGES)) - set(COMMANDS))
OPEN = re.findall(r"^churn alerts (?:ack|resolve) (\w+)", PAGES, flags=re.MULTILINE)
ASK_THE_SERVICE = {"scripts/prediction_smoke_test.py"}
FINDS_FAULTS = {"churn doctor"}
"""Ends with 1 where it finds something, as it does in a house that is no clone."""


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
    with sinks.hook() as hook:
        monkeypatch.setenv("CHURN_ALERT_WEBHOOK", hook.url)
        status, said = churn(words[1:]) if words[0] == "churn" else script(words, place)
    assert status == 0 or (command in FINDS_FAULTS and status == 1), said + caplog.text
    assert said + caplog.text


def churn(words):
    found = CliRunner().invoke(app, words)
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.exit_code, found.output


def script(words, place):
    """Run a script as it is typed; beside a service, where it asks one."""
    assert words[0] == "python"
    with serving.running(place) if words[1] in ASK_THE_SERVICE else nullcontext("") as url:
        port = url.rpartition(":")[2] or "8000"
        done = subprocess.run([sys.executable, *words[1:]], cwd=place, env=os.environ | {"CHURN_API_PORT": port},
                              capture_output=True, text=True, check=False)  # fmt: skip
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
