"""An alert as it is raised: by its rule, in words that every database can hold."""

from functools import partial

import pytest

import ledgers
from churn.lifecycle.alerting import raised, rules
from postgres import started

NOW = 1_770_000_000_000_000


@pytest.fixture(scope="module")
def postgres():
    with started() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
async def ledger(request, tmp_path, postgres):
    url = postgres.emptied() if request.param == "postgresql" else f"sqlite:///{tmp_path}/ledger.db"
    async with ledgers.opened(url) as opened:
        yield opened


async def up(ledger, kind="labels", words="words", **more):
    return await ledger.do(partial(raised.raise_, kind=kind, words=words, at=NOW, **more))


async def test_severity_owner_and_runbook_are_those_of_the_rule_unless_it_is_graver(ledger):
    one = await up(ledger)
    assert (one["severity"], one["owner"], one["runbook"]) == ("high", rules.DATA, f"{rules.FOLDER}/labels.md#labels")
    assert (await up(ledger, severity="critical"))["severity"] == "critical"
    assert (await up(ledger, "never heard of"))["owner"] == rules.CALL


@pytest.mark.parametrize(("words", "kept"), [("a\0b", "ab"), ("torn \ud800", "torn ?"), ("naïve 数", "naïve 数")])
async def test_words_of_any_fault_can_be_kept(ledger, words, kept):
    assert (await up(ledger, words=words))["words"] == kept


async def test_words_without_end_are_cut(ledger):
    assert len((await up(ledger, words="w" * 100_000))["words"]) == raised.LONGEST + len(" ...")
