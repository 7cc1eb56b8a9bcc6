"""`churn experiment` and `churn rollback --automatic`, as a person types them."""

import asyncio
import json

import pytest
from typer.testing import CliRunner

import ledgers
from churn import cli
from churn.stores.ledger import experiments
from played import READ_OF_IT, TRIED


@pytest.fixture
def typed(tmp_path, monkeypatch):
    """Type a command over a ledger in which one experiment is over."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    for name, value in {"CHURN_DATABASE_URL": url, "CHURN_LOCK_DIR": str(tmp_path), "CHURN_USER": "tester"}.items():
        monkeypatch.setenv(name, value)

    async def fill():
        async with ledgers.opened(url) as ledger:
            name = await ledger.do(lambda one: experiments.begin(one, TRIED))
            await ledger.do(lambda one: experiments.close(one, name, "ended", READ_OF_IT))

    asyncio.run(fill())
    return lambda *words: CliRunner().invoke(cli.app, words)


def test_status_tells_what_was_read_and_programs_get_json(typed):
    said = typed("experiment", "status").stdout
    assert "boosting in May (live, ended): the challenger's came to +310 more" in said
    assert "keep the champion" in said
    (told,) = json.loads(typed("experiment", "status", "--json").stdout)
    assert told["of"]["result"]["state"] == "alike"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("experiment", "end"), "no experiment runs"),
        (("experiment", "stop", "--why", "x"), "no experiment runs"),
        (("experiment", "stop"), "say why"),
        (("experiment", "start", "try"), "its reason"),
        (("experiment", "end", "--now", "2026-05-01"), "--now is for simulation"),
        (("rollback", "--automatic", "--now", "2026-05-01"), "--now is for simulation"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(typed, caplog, words, reason):
    done = typed(*words)
    assert done.exit_code == 1
    assert reason in caplog.text
    assert "Traceback" not in done.output
