import json
import stat

import pytest
from typer.testing import CliRunner

from churn.cli import app


@pytest.fixture
def call(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, ["keys", *words])


def test_a_key_is_shown_once_listed_without_itself_and_revoked(call, tmp_path):
    key = call("add", "shop", "--scope", "predict", "--scope", "feedback", "--rate", "20").stdout.strip()
    kept = tmp_path / ".churn" / "keys.json"
    assert key.startswith("churn-shop-")
    assert key not in kept.read_text()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    listed = call("list").stdout
    assert listed.split() == ["shop", "feedback", "predict", "20/s"]
    assert key not in listed
    assert call("revoke", "shop").stdout == "shop is revoked\n"
    assert json.loads(kept.read_text()) == {"keys": []}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "shop", "--scope", "everything"), "there are predict, feedback, admin"),
        (("add", "No Name", "--scope", "predict"), "names no key"),
        (("add", "shop", "--scope", "predict", "--rate", "0"), "above 0"),
        (("revoke", "nobody"), "no key 'nobody'"),
    ],
)
def test_what_makes_no_key_is_said(call, caplog, words, said):
    assert call(*words).exit_code == 1
    assert said in caplog.text


def test_without_keys_the_list_says_who_may_ask(call):
    assert "open to this machine alone" in call("list").stdout
