"""Experiments in the ledger, and the customers whom one met, on both databases."""

import pytest

import ledgers
from churn.errors import Conflict
from churn.stores.ledger import experiments, feedback
from churn.stores.ledger.entries import Write
from churn.stores.ledger.queries import exposed
from churn.stores.ledger.queries.cells import DAY
from churn.stores.ledger.queries.exposed import Followed

AT = 1_700_000_000_000_000
WHOLE = Followed("production", AT, AT + 10 * DAY, 30)
DECLARED = {"campaign": {"tiers": {"low": 0.0, "high": 0.5}}, "level": 0.95}


def cells(**changes):
    told = {"at": AT, "who": "ann", "purpose": "production", "name": "try", "mode": "live", "champion": 1}
    told |= {"challenger": 2, "share": 0.5, "salt": "s", "declared": DECLARED, "begins": AT, "ends": AT + DAY}
    return told | changes


async def test_one_experiment_of_a_purpose_runs_at_a_time_and_ends_once(url):
    async with ledgers.opened(url) as ledger:
        first = await ledger.do(lambda one: experiments.begin(one, cells()))
        with pytest.raises(Conflict, match="another experiment runs"):
            await ledger.do(lambda one: experiments.begin(one, cells(name="second")))
        await ledger.do(lambda one: experiments.begin(one, cells(purpose="simulated")))
        found = await ledger.read(experiments.running, "production")
        assert (found["id"], found["result"]) == (first, None)
        assert list(found["declared"]["campaign"]["tiers"]) == ["low", "high"], "in the order of the declaration"
        assert await ledger.do(lambda one: experiments.close(one, first, "ended", {"state": "alike"}))
        assert not await ledger.do(lambda one: experiments.close(one, first, "stopped", {"state": "worse"}))
        assert await ledger.read(experiments.running, "production") is None
        page = await ledger.read(experiments.page, "production", 10, 0)
        assert (page["total"], page["experiments"][0]["result"]) == (1, {"state": "alike"})


@pytest.fixture
async def ledger(url):
    """Score a, b and c by version 1 (c later by 2), d by 2, each with a shadow of 3 beside a and b; tell what came."""
    async with ledgers.opened(url) as opened:
        said = [("a", 1, 0, "production"), ("b", 1, 1, "production"), ("c", 1, 2, "production"),
                ("c", 2, 3, "production"), ("d", 2, 4, "production"), ("a", 3, 0, "shadow"), ("b", 3, 1, "shadow"),
                ("e", 1, 5, "test"), ("f", 1, 11 * DAY, "production"), ("d", 1, -DAY, "production"),
                ("d", 9, -2 * DAY, "production"), ("b", 9, -DAY, "test")]  # fmt: skip
        for name, version, later, purpose in said:
            entry = ledgers.record(name, 0.1 * version, at=AT + later, model_version=version, purpose=purpose)
            await opened.put(Write(entry))
        await opened.put(Write(ledgers.batch(["g", None, "h"], 0.4, at=AT + 6, model_version=1)))
        end = feedback.day(AT + 31 * DAY)
        for name, left in (("a", True), ("b", False), ("g", False)):
            day = feedback.day(AT + 5 * DAY) if left else end
            await opened.do(
                lambda one, name=name, left=left, day=day: feedback.outcome(one, name, left, day, None, AT, "x")
            )
        for name, held in (("a", False), ("b", True)):
            await opened.do(lambda one, name=name, held=held: feedback.contact(
                one, name, AT + DAY, "phone", None, held, None, "x"))  # fmt: skip
        await opened.catch_up()
        yield opened


async def test_customers_count_once_by_who_answered_them_first(ledger):
    assert await ledger.read(exposed.answered, WHOLE) == {1: 5, 2: 1}
    assert await ledger.read(exposed.shadowed, WHOLE, 3) == 2


async def test_what_came_of_each_is_told_or_unknown(ledger):
    rows = {one.customer: one for one in await ledger.read(exposed.outcomes, WHOLE)}
    assert {name: one.churned for name, one in rows.items()} == {
        "a": 1, "b": 0, "c": None, "d": None, "g": 0, "h": None
    }  # fmt: skip
    assert {name: one.before and round(one.before, 2) for name, one in rows.items()} == dict.fromkeys("abcgh") | {
        "d": 0.1
    }
    assert [(bool(rows[name].called), bool(rows[name].held)) for name in "abc"] == [
        (True, False), (False, True), (False, False)
    ]  # fmt: skip


async def test_pairs_hold_both_models_probabilities(ledger):
    rows = sorted(tuple(one) for one in await ledger.read(exposed.pairs, WHOLE, 3))
    assert [(round(one[0], 2), round(one[1], 2), one[-1]) for one in rows] == [(0.1, 0.3, 0), (0.1, 0.3, 1)]


async def test_a_versions_first_scores_come_with_what_they_were_made_of(ledger):
    asked = Followed("production", AT, AT + 10 * DAY, 30, version=1)
    rows = await ledger.read(exposed.due, asked, 10)
    assert [one.churned for one in rows] == [1, 0, None, 0, None]
    found = await ledger.read(exposed.inputs, [(one.record, one.row) for one in rows])
    assert [found[one.record, one.row]["customerID"] for one in rows] == ["a", "b", "c", "g", "h"]
    assert await ledger.read(exposed.inputs, [("none", 0)]) == {}
