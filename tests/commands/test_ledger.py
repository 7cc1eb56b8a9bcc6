import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from churn.cli import app


@pytest.fixture
def call(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHURN_USER", "tester")
    return lambda *words: CliRunner().invoke(app, words)


def test_a_ledger_is_made_and_brought_up_to_date(call, tmp_path):
    for _ in range(2):
        assert call("migrate").stdout == "the ledger is up to date\n"
    assert (tmp_path / ".churn" / "ledger.db").exists()


def test_an_erasure_gives_a_receipt_that_does_not_name_the_customer(call):
    call("migrate")
    told = call("erase", "7590-VHVEG", "--why", "by letter of 1 May").stdout
    assert "7590" not in told
    receipt = json.loads(told)
    assert receipt["caller"] == "tester: by letter of 1 May"
    assert datetime.fromisoformat(receipt["at"]).tzinfo == UTC
    assert receipt["words"].startswith("nothing was kept under this id")


@pytest.mark.parametrize("words", [("erase", "x", "--why", "y"), ("why", "x")])
def test_where_no_ledger_is_none_is_made(call, tmp_path, caplog, words):
    assert call(*words).exit_code == 1
    assert f"no ledger at {tmp_path / '.churn' / 'ledger.db'}" in caplog.text
    assert not list(tmp_path.iterdir())


def test_a_ledger_that_is_away_is_said(call, monkeypatch, caplog):
    monkeypatch.setenv("CHURN_DATABASE_URL", "postgresql+psycopg://nobody:secret@127.0.0.1:9/none")
    for words in (("migrate",), ("erase", "x", "--why", "y")):
        assert call(*words).exit_code == 1
    assert "secret" not in caplog.text
    assert "127.0.0.1" in caplog.text
