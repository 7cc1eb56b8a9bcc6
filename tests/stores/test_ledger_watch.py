"""Readings and decisions in the ledger."""

import ledgers
from churn.stores.ledger import feedback, retention
from churn.stores.ledger.entries import Refusal, Write, now
from churn.stores.ledger.feedback import day
from churn.stores.ledger.queries.matured import Span
from churn.stores.ledger.watch import arrived, decisions, mature, readings
from scored import DAY, NOW, score


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


async def test_refusals_count_for_the_purpose_of_their_record_or_their_own(url):
    some = (Refusal("Contract", "is not allowed", 3),)
    async with ledgers.opened(url) as ledger:
        await ledger.put(Write(ledgers.record(purpose="simulated", at=10), some))
        await ledger.put(Write(None, some, purpose="simulated"))
        await ledger.put(Write(None, some))
        until = now() + 1
        real, played = [await ledger.read(arrived.refused, one, 0, until, until) for one in ("production", "simulated")]
    assert [(one.column, one.count) for one in real] == [("Contract", 3)]
    assert [(one.column, one.count) for one in played] == [("Contract", 6)]


async def test_customers_of_a_window_come_with_outcome_arm_and_what_was_asked(url):
    at = NOW - 60 * DAY
    async with ledgers.opened(url) as ledger:
        for name, probability in (("gone", 0.7), ("held", 0.6), ("called", 0.5), ("silent", 0.2)):
            await score(ledger, name, probability, 50.0, at=at)
            await score(ledger, name, 0.9, 50.0, at=at + DAY)
        for name, churned in (("gone", True), ("held", False), ("called", False)):
            on = day(at + (10 if churned else 40) * DAY)
            said = (ledger.customer(name), churned, on, None, NOW, "test")
            await ledger.do(lambda one, said=said: feedback.outcome(one, *said))
        for name, held in (("held", True), ("called", False)):
            said = (ledger.customer(name), at + 5 * DAY, "phone", None, held, None, "test")
            await ledger.do(lambda one, said=said: feedback.contact(one, *said))
        found = await ledger.read(mature.mature, Span(at, at + 2 * DAY, 30, NOW))
        told = {one.probability: (one.churned, one.called, one.held) for one in found}
        assert told == {0.7: (1, False, False), 0.6: (0, False, True), 0.5: (0, True, False), 0.2: (None, False, False)}
        asked = await ledger.read(mature.asked, found)
        assert set(asked) == {ledger.customer(name) for name in ("gone", "held", "called", "silent")}
        assert await ledger.read(mature.came_back, Span(at, at + 2 * DAY, 30, NOW), 5) == (1, 0)
        await score(ledger, "gone", 0.4, 50.0, at=at + 20 * DAY)
        assert await ledger.read(mature.came_back, Span(at, at + 2 * DAY, 30, NOW), 5) == (1, 1)
        assert await ledger.read(mature.came_back, Span(at, at + 2 * DAY, 30, NOW), 14) == (1, 0)


async def test_what_the_service_counts_stands_once_however_often_it_was_measured(url):
    async with ledgers.opened(url) as ledger:
        for at in (1, 2, 3):
            some = [told("errors", until=10 + at, since=0, figures={"requests": at})]
            await ledger.do(lambda one, at=at, some=some: readings.keep(one, at, "production", some))
        page = await ledger.read(readings.page, "production", (), 0, 10, 0)
    assert [(one["at"], one["until"], one["figures"]) for one in page["readings"]] == [(3, 13, {"requests": 3})]


async def test_readings_and_decisions_go_with_age(url):
    cells = {"action": "note", "cause": "shift", "words": "w", "evidence": {}}
    async with ledgers.opened(url) as ledger:
        for at in (NOW - 100 * DAY, NOW - 10 * DAY):
            await ledger.do(lambda one, at=at: readings.keep(one, at, "production", [told(until=at)]))
            await ledger.do(lambda one, at=at: decisions.add(one, "production", cells | {"at": at}))
        gone = await retention.purge(ledger, NOW, 30)
        assert (gone["reading"], gone["decision"]) == (1, 1)
        assert (await ledger.read(readings.page, "production", (), 0, 10, 0))["total"] == 1
        assert [one["at"] for one in await ledger.read(decisions.recent, "production")] == [NOW - 10 * DAY]


async def test_of_very_many_customers_the_same_ones_are_drawn_each_time(url, monkeypatch):
    at, span = NOW - 60 * DAY, Span(NOW - 61 * DAY, NOW - 59 * DAY, 30, NOW)
    async with ledgers.opened(url) as ledger:
        for number in range(200):
            await score(ledger, f"customer {number}", 0.5, 50.0, at=at)
        assert len(await ledger.read(mature.mature, span)) == 200
        monkeypatch.setattr(mature, "MOST", 100)
        drawn = [{one.customer for one in await ledger.read(mature.mature, span)} for _ in range(2)]
    assert 60 < len(drawn[0]) < 140
    assert drawn[0] == drawn[1]
