"""What became of customers after they were scored and called, asked of both databases."""

from collections import defaultdict

import pytest

import ledgers
from churn.stores.ledger.queries.campaign import Drive, arms
from churn.stores.ledger.queries.matured import Span, matured
from scored import DAY, NOW, contacted, left, score


@pytest.fixture
async def ledger(url):
    async with ledgers.opened(url) as opened:
        yield opened


def of(found, name):
    """Give the rows of each group."""
    groups = defaultdict(list)
    for key, *told in found[name]:
        groups[key].append(tuple(told))
    return groups


async def test_outcomes_label_scores_by_their_day_and_unlabelled_is_not_stayed(ledger):
    when = NOW - 40 * DAY
    for name, probability in (("left", 0.1), ("late", 0.2), ("stayed", 0.3), ("early", 0.4), ("unknown", 0.5)):
        await score(ledger, name, probability, 50.0, at=when)
    await left(ledger, "left", churned=True, days_ago=30)
    await left(ledger, "late", churned=True, days_ago=5)
    await left(ledger, "stayed", churned=False, days_ago=5)
    await left(ledger, "early", churned=False, days_ago=35)
    found = await ledger.read(matured, Span(NOW - 100 * DAY, NOW, 30, NOW, window_days=366))
    assert sorted(of(found, "labels")[()]) == [(0.1, 1, 0), (0.2, 0, 0), (0.3, 0, 0)]
    assert of(found, "counts")[()] == [(5, 5)]


async def test_an_outcome_of_the_very_prediction_counts_as_told(ledger):
    name = await score(ledger, "a", 0.7, 50.0, at=NOW - 40 * DAY)
    await left(ledger, "a", churned=True, days_ago=2, prediction=name)
    found = await ledger.read(matured, Span(NOW - 100 * DAY, NOW, 30, NOW))
    assert of(found, "labels")[()] == [(0.7, 1, 0)]


async def test_scores_whose_horizon_has_not_passed_are_not_measured(ledger):
    await score(ledger, "a", 0.7, 50.0, at=NOW - 29 * DAY)
    await left(ledger, "a", churned=True, days_ago=2)
    found = await ledger.read(matured, Span(NOW - 100 * DAY, NOW, 30, NOW))
    assert found["labels"] == []
    assert of(found, "counts")[()] == [(1, 0)]


async def test_a_customer_counts_once_in_all_in_a_version_and_in_a_window_by_the_first_score(ledger):
    start = (NOW - 80 * DAY) // (30 * DAY) * 30 * DAY
    for days, probability in ((2, 0.6), (1, 0.2), (31, 0.9)):
        await score(ledger, "a", probability, 50.0, at=start + days * DAY)
    await score(ledger, "a", 0.8, 50.0, at=start + DAY, version=2)
    await left(ledger, "a", churned=False, days_ago=0)
    found = await ledger.read(matured, Span(start, NOW, 1, NOW))
    window = start // (30 * DAY)
    first = {(1, window): 0.2, (1, window + 1): 0.9, (2, window): 0.8, (1,): 0.2, (2,): 0.8, (): 0.2}
    assert {key: [one for one, *_ in told] for key, told in of(found, "labels").items()} == {
        key: [probability] for key, probability in first.items()
    }
    assert of(found, "counts") == {key: [(1, 1)] for key in first}


async def test_who_was_called_within_the_horizon_is_left_out_unless_asked_for(ledger):
    for name in ("called", "held", "after"):
        await score(ledger, name, 0.5, 50.0, at=NOW - 40 * DAY)
        await left(ledger, name, churned=False, days_ago=5)
    await contacted(ledger, "called", days_ago=35)
    await contacted(ledger, "held", days_ago=35, held_out=True)
    await contacted(ledger, "after", days_ago=8)
    span = Span(NOW - 100 * DAY, NOW, 30, NOW, window_days=366)
    found = await ledger.read(matured, span)
    assert len(of(found, "labels")[()]) == 2
    assert {key: told for key, told in of(found, "contacted").items() if len(key) < 2} == {(): [(1, 1)], (1,): [(1, 1)]}
    assert sum(held for _, _, held in of(found, "labels")[()]) == 1
    every = await ledger.read(matured, Span(NOW - 100 * DAY, NOW, 30, NOW, window_days=366, contacted=True))
    assert len(of(every, "labels")[()]) == 3


async def test_the_arms_count_mature_outcomes_each_customer_in_the_arm_of_the_first_contact(ledger):
    for name, held_out, churned in (
        ("a", False, True), ("b", False, False), ("c", False, None), ("d", True, True), ("e", True, False),
    ):  # fmt: skip
        await score(ledger, name, 0.5, 80.0)
        await contacted(ledger, name, days_ago=40, held_out=held_out)
        if churned is not None:
            await left(ledger, name, churned=churned, days_ago=20 if churned else 5)
    await contacted(ledger, "young", days_ago=3)
    await left(ledger, "young", churned=True, days_ago=1)
    for name, days_ago, held_out in (("both", 39, True), ("both", 38, False), ("c", 20, True)):
        await contacted(ledger, name, days_ago=days_ago, held_out=held_out)
    found = await ledger.read(arms, Drive(NOW - 90 * DAY, NOW, NOW, 30))
    told = {name: found["contacted"][name] for name in ("customers", "contacts", "mature", "known", "churned")}
    assert told == {"customers": 4, "contacts": 4, "mature": 3, "known": 2, "churned": 1}
    assert (found["contacted"]["calls"], found["contacted"]["offers_taken"]) == (2, 1)
    assert found["contacted"]["monthly"] == pytest.approx(80.0)
    assert (found["held_out"]["customers"], found["held_out"]["known"], found["held_out"]["churned"]) == (3, 2, 1)
    assert found["crossed"] == {"customers": 1}


async def test_every_call_within_the_horizon_of_the_first_is_paid_for_and_every_offer_to_who_stayed(ledger):
    for name, churned in (("stayed", False), ("left", True), ("unknown", None), ("held", False)):
        await score(ledger, name, 0.5, 80.0)
        await contacted(ledger, name, days_ago=60, held_out=name == "held")
        for days_ago in (55, 31, 29):
            await contacted(ledger, name, days_ago=days_ago)
        if churned is not None:
            await left(ledger, name, churned=churned, days_ago=40 if churned else 5)
    whole, early = [await ledger.read(arms, Drive(NOW - 90 * DAY, until, NOW, 30)) for until in (NOW, NOW - 50 * DAY)]
    for found in (whole, early):
        assert (found["contacted"]["calls"], found["contacted"]["offers_taken"]) == (6, 3)
        assert type(found["contacted"]["calls"]) is int


async def test_the_held_out_who_stayed_and_are_called_when_it_is_over_count_as_held_out(ledger):
    for name, churned in (("left", True), ("stayed", False)):
        await score(ledger, name, 0.5, 80.0)
        await contacted(ledger, name, days_ago=60, held_out=True)
        await left(ledger, name, churned=churned, days_ago=50 if churned else 5)
    await contacted(ledger, "stayed", days_ago=29)
    found = await ledger.read(arms, Drive(NOW - 90 * DAY, NOW, NOW, 30))
    assert (found["held_out"]["known"], found["held_out"]["churned"], found["crossed"]) == (2, 1, {"customers": 0})
    assert found["contacted"]["customers"] == 0


async def test_an_empty_arm_is_told_as_empty(ledger):
    found = await ledger.read(arms, Drive(0, NOW, NOW, 30))
    assert found["contacted"]["customers"] == found["held_out"]["known"] == 0
