"""What a person types about alerts, against a real ledger and real ends."""

import asyncio
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

import routers
import serving
import sinks
from churn.cli import app
from churn.lifecycle.alerting import raised
from churn.stores.ledger.opened import opened
from churn.stores.ledger.queries.alerts import alerts

ROOT = Path(__file__).parents[2]
NOW = 1_770_000_000_000_000


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Give a folder with params.yaml in which the commands run, and no other environment."""
    (tmp_path / "params.yaml").write_text((ROOT / "params.yaml").read_text())
    monkeypatch.chdir(tmp_path)
    for name, value in serving.environment(tmp_path, CHURN_USER="ann").items():
        if name.startswith("CHURN_"):
            monkeypatch.setenv(name, value)
    return tmp_path


@pytest.fixture
def up(place):
    """Give what raises alerts in that folder's ledger."""

    async def deed(*kinds):
        async with opened(serving.settings(place), migrate=True) as ledger:
            for kind in kinds:
                await ledger.do(partial(raised.raise_, kind=kind, words=f"{kind} happened", at=NOW))

    return lambda *kinds: asyncio.run(deed(*kinds))


def said(*words, status=0, answers=None):
    found = CliRunner().invoke(app, ["alerts", *words], input=answers)
    assert found.exit_code == status, found.output
    return found.output


def standing(place):
    async def asked():
        async with opened(serving.settings(place), migrate=True) as ledger:
            return await ledger.read(lambda one: alerts(one, 0, 100, 0))

    found = asyncio.run(asked())["alerts"]
    return {one["kind"]: (one["state"], one["acknowledged_by"], one["resolved_by"]) for one in found}


def test_alerts_are_listed_with_what_to_do_taken_and_closed(place, up):
    up("model_refused", "drift")
    listed = said()
    assert "HIGH     open         model_refused  A promoted model is not fit to answer" in listed
    assert "first: Read why it was refused" in listed
    assert "more:  monitoring/runbooks/data.md#drift" in listed
    assert listed.count("UTC, seen once\n") == 2
    assert "ann looks after it" in said("ack", "model_refused", "--note", "looking")
    assert "ann looks after it: looking" in said()
    assert "closed by ann" in said("resolve", "drift")
    assert "drift" not in said()
    assert "resolved" in said("--days", "3000")
    found = standing(place)
    assert found == {"model_refused": ("acknowledged", "ann", None), "drift": ("resolved", None, "ann")}


def test_what_is_not_there_is_said_in_words(place, up, caplog):
    said(status=1)
    assert "no ledger at" in caplog.text
    up("drift")
    said("ack", "nothing", status=1)
    assert "no alert has the id or kind 'nothing'" in caplog.text
    said("resolve", "drift")
    said("ack", "drift", status=1)
    assert "resolved already" in caplog.text
    assert said() == "no alert is open\n"
    said("--now", "2026-01-01", status=1)
    assert "--now is for simulation" in caplog.text


def test_what_is_owed_is_sent_by_hand(place, up, monkeypatch, caplog):
    up("model_refused")
    assert said("send").startswith("alerts are sent to nobody: nothing is set up")
    monkeypatch.setenv("CHURN_ALERT_WEBHOOK", "SECRET")
    said("send", status=1)
    assert "CHURN_ALERT_WEBHOOK is no http" in caplog.text, "a channel that is set up wrongly owes something"
    with sinks.hook() as hook:
        monkeypatch.setenv("CHURN_ALERT_WEBHOOK", hook.url)
        assert "webhook: model_refused, raised-high: sent\n" in said("send")
        assert said("send") == "webhook: alerts_undelivered, resolved: sent\n"
        assert said("send") == "nothing is owed\n"
        hook.mode = 500
        assert "answered 500" in said("test", status=1)
    assert "SECRET" not in said("--days", "3000")


def test_a_test_alert_goes_through_the_ledger_and_every_channel_and_is_closed(place, up, monkeypatch):
    up("labels")
    with sinks.hook() as hook, sinks.box() as box:
        monkeypatch.setenv("CHURN_ALERT_WEBHOOK", hook.url)
        monkeypatch.setenv("CHURN_ALERT_SMTP", f"smtp://127.0.0.1:{box.port}")
        monkeypatch.setenv("CHURN_ALERT_MAIL_TO", "a@example.com")
        assert "3 of 3 checks passed" in said("test")
        assert [one["event"] for one in hook.got if one["kind"] == "alert_test"] == ["raised", "resolved"]
        assert len(box.letters) == 3
        assert "3 of 3 checks passed" in said("test")
    assert standing(place)["alert_test"] == ("resolved", None, "ann")


def test_where_nothing_is_set_up_the_test_fails(place, caplog):
    said("test", status=1)
    assert "nothing is set up" in caplog.text


def script(place, *words, answers="", **env):
    return subprocess.run(
        [sys.executable, ROOT / "scripts/setup_alerts.py", *words], check=False, cwd=place, input=answers, text=True,
        capture_output=True, env=serving.environment(place, **env), timeout=120,
    )  # fmt: skip


def test_the_script_asks_writes_what_was_said_and_tries_it(place):
    (place / ".env").write_text("CHURN_API_PORT=8123\n# a remark\nCHURN_ALERT_WEBHOOK_STYLE=slack\n")
    with sinks.hook() as hook, sinks.box() as box:
        mail = [f"smtp://127.0.0.1:{box.port}", "churn@example.com", "a@example.com"]
        answers = ["", hook.url, "teams", "Plain", "t0ken", *mail]
        done = script(place, "--install", answers="\n".join(answers) + "\n")
        assert done.returncode == 0, done.stderr
        assert "3 of 3 checks passed" in done.stdout
        assert hook.heads[0]["authorization"] == "Bearer t0ken"
        assert [one["event"] for one in hook.got] == ["raised", "resolved"]
        assert len(box.letters) == 2
    written = (place / ".env").read_text()
    assert written.startswith("CHURN_API_PORT=8123\n# a remark\n")
    assert written.count("CHURN_ALERT_WEBHOOK_STYLE") == 1
    assert (place / ".env").stat().st_mode & 0o777 == 0o600
    assert "t0ken" not in done.stdout + done.stderr
    assert "SECRET" not in done.stdout + done.stderr


def test_the_script_fails_where_nobody_is_reached(place):
    done = script(place, CHURN_ALERT_WEBHOOK="http://127.0.0.1:9/SECRET")
    assert done.returncode == 1
    assert "FAIL  webhook" in done.stdout
    assert "cannot be reached" in done.stdout
    assert "SECRET" not in done.stdout + done.stderr


def test_an_alertmanager_gets_the_test_alert_itself(place):
    with routers.alertmanager() as url:
        done = script(place, CHURN_ALERTMANAGER_URL=url)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "took the test alert" in done.stdout
    done = script(place, CHURN_ALERTMANAGER_URL=url)
    assert done.returncode == 1
    assert "cannot be reached: ConnectError" in done.stdout
