"""A clock that jumps: what it said of times to come is not the newest once it is right again."""

import asyncio

import numpy as np

import watched
from churn.lifecycle.decision import kept
from churn.lifecycle.monitoring.run import monitor
from churn.stores.ledger.opened import opened
from churn.stores.ledger.watch import decisions, readings

AHEAD = 40
"""Windows by which the clock runs ahead."""


def asked(known, query, *words):
    async def ask():
        async with opened(known) as ledger:
            return await ledger.read(query, *words)

    return asyncio.run(ask())


def changed(number):
    month, rng = watched.month(number), np.random.default_rng(number)
    month.left = rng.random(len(month.rows)) < np.where(month.rows["Contract"] == "Month-to-month", 0.1, 0.6)
    return month


def test_what_a_clock_said_that_ran_ahead_is_not_the_newest_afterwards(known, quick):
    watched.write(known, *(watched.month(number) for number in range(3)))
    monitor(known, watched.end_of(0))
    monitor(known, watched.end_of(AHEAD))
    now = watched.end_of(2)
    monitor(known, now)
    newest = asked(known, readings.newest, "production", ("volume", "drift", "labels"), now)
    assert {(one["kind"], one["until"], one["state"]) for one in newest} == {
        ("volume", watched.end_of(2), "ok"), ("drift", watched.end_of(2), "ok"), ("labels", watched.end_of(1), "ok")
    }  # fmt: skip
    seen = asked(known, readings.page, "production", ("volume",), 0, 10, 0, now)["readings"]
    assert [one["until"] for one in seen] == [watched.end_of(number) for number in (2, 1, 0)], "none is left unwatched"


def test_a_turn_after_a_clock_ran_ahead_says_and_keeps_nothing_new(known, quick):
    watched.write(known, watched.month(0))
    monitor(known, watched.end_of(AHEAD))
    monitor(known, watched.end_of(1))
    before = asked(known, readings.page, "production", ("volume", "labels"), 0, 100, 0)["total"]
    told = len(asked(known, decisions.recent, "production"))
    for later in (1, 2, 3):
        monitor(known, watched.end_of(1) + later)
    assert asked(known, readings.page, "production", ("volume", "labels"), 0, 100, 0)["total"] == before
    assert len(asked(known, decisions.recent, "production")) == told


def test_a_decision_of_a_clock_that_ran_ahead_holds_no_retraining_back(known, quick):
    async def ahead():
        async with opened(known) as ledger:
            told = {"action": "retrain", "cause": "schedule", "words": "w", "evidence": {}, "at": watched.end_of(AHEAD)}
            told |= {"until": watched.end_of(AHEAD + 1), "done_at": watched.end_of(AHEAD), "done": "version 2"}
            await ledger.do(lambda one: decisions.add(one, "production", told))

    watched.write(known, watched.month(0), changed(1), watched.month(2))
    monitor(known, watched.end_of(1))
    asyncio.run(ahead())
    now = watched.end_of(2)
    assert monitor(known, now).decision.action in {"retrain", "prepare"}
    assert kept.open_(asyncio.run(kept.recent(known, 100, now)), now) is not None


def test_a_clock_that_was_set_back_judges_what_was_then_and_loses_nothing(known, quick):
    watched.write(known, *(watched.month(number) for number in range(3)))
    monitor(known, watched.end_of(2))
    monitor(known, watched.end_of(0))
    now = watched.end_of(2)
    assert {one["until"] for one in asked(known, readings.newest, "production", ("volume",), now)} == {now}
