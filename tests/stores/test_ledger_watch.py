"""Readings and decisions in the ledger."""

import ledgers
from churn.stores.ledger.watch import decisions, readings


def told(kind="drift", until=10, **cells):
    figures = {"kind": None, "share": 0.5}
    return {"kind": kind, "model_version": 1, "since": until - 10, "until": until, "state": "ok", "words": "well",
            "figures": figures, **cells}  # fmt: skip


async def test_a_reading_is_kept_once_and_again_when_it_says_something_else(url):
    async with ledgers.opened(url) as ledger:
        keep = lambda at, *some: ledger.do(lambda one: readings.keep(one, at, "production", some))  # noqa: E731
        assert await keep(1, told()) == 1
        assert await keep(2, told()) == 0
        assert await keep(3, told(state="alarm")) == 1
        assert await keep(4, told(model_version=None)) == 1
        newest = await ledger.read(readings.newest, "production")
        assert sorted((one["state"], one["at"]) for one in newest) == [("alarm", 3), ("ok", 4)]
        assert newest[0]["figures"] == {"kind": None, "share": 0.5}


async def test_what_is_simulated_is_never_among_what_is_not(url):
    async with ledgers.opened(url) as ledger:
        await ledger.do(lambda one: readings.keep(one, 1, "simulated", [told()]))
        evidence = {"action": "note", "cause": "shift", "words": "w", "evidence": {"a": 1}, "at": 5}
        await ledger.do(lambda one: decisions.add(one, "simulated", evidence))
        assert await ledger.read(readings.newest, "production") == []
        assert await ledger.read(decisions.recent, "production") == []
        assert (await ledger.read(readings.page, "production", (), 0, 10, 0))["total"] == 0
        assert (await ledger.read(decisions.page, "simulated", 0, 10, 0))["total"] == 1


async def test_a_page_holds_the_last_word_on_each_window_and_the_newest_window_first(url):
    async with ledgers.opened(url) as ledger:
        some = [told(until=10), told(until=20), told("volume", until=20), told(until=30)]
        await ledger.do(lambda one: readings.keep(one, 1, "production", some))
        await ledger.do(lambda one: readings.keep(one, 2, "production", [told(until=20, words="later")]))
        page = await ledger.read(readings.page, "production", ("drift",), 10, 1, 1)
        assert page["total"] == 2
        assert [(one["until"], one["words"]) for one in page["readings"]] == [(20, "later")]


async def test_a_decision_is_finished_once(url):
    async with ledgers.opened(url) as ledger:
        cells = {
            "action": "retrain",
            "cause": "loss",
            "words": "w",
            "evidence": {"readings": []},
            "at": 5,
            "money": 1.5,
        }
        name = await ledger.do(lambda one: decisions.add(one, "production", cells))
        assert await ledger.do(lambda one: decisions.finish(one, name, 7, "version 2"))
        assert not await ledger.do(lambda one: decisions.finish(one, name, 8, "version 3"))
        (found,) = await ledger.read(decisions.recent, "production")
        assert (found["done_at"], found["done"], found["evidence"], found["money"]) == (
            7,
            "version 2",
            {"readings": []},
            1.5,
        )
