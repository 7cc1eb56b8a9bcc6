"""What dashboards read, asked of both databases; every figure is made by hand."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

import ledgers
from churn.stores.ledger import alerts as raising
from churn.stores.ledger import feedback, servings
from churn.stores.ledger.entries import Refusal, Write
from churn.stores.ledger.queries import alerts, arrivals, customers, portfolio, segments, served
from churn.stores.ledger.queries.call_list import Calls, call_list
from churn.stores.ledger.queries.campaign import Drive, arms
from churn.stores.ledger.queries.customers import Wanted
from churn.stores.ledger.queries.matured import Span, matured
from scored import CAMPAIGN, DAY, NOW, contacted, left, score

TODAY = datetime.fromtimestamp(NOW / 1e6, UTC).date()
CALLS = Calls(purpose="production", today=TODAY, rested=NOW - 30 * DAY, campaign=CAMPAIGN)


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


def names(found):
    return [one["customer_id"] for one in found]


async def test_customers_come_best_first_and_ties_by_name(ledger):
    for name, probability in (("b", 0.5), ("a", 0.5), ("c", 0.9), ("d", 0.1)):
        await score(ledger, name, probability, 50.0)
    found = await ledger.read(customers.customers, Wanted())
    assert names(found["customers"]) == ["c", "a", "b", "d"]
    assert found["total"] == 4
    page = await ledger.read(customers.customers, Wanted(limit=2, offset=1))
    assert names(page["customers"]) == ["a", "b"]
    assert page["total"] == 4


async def test_customers_are_filtered_by_tier_offer_probability_and_segment(ledger):
    await score(ledger, "a", 0.7, 90.0, Contract="Two year", tenure=13)
    await score(ledger, "b", 0.4, 90.0, Contract="One year", tenure=11)
    await score(ledger, "c", 0.1, 20.0, Contract="Two year", tenure=100)

    async def only(**wanted):
        return names((await ledger.read(customers.customers, Wanted(sort="customer_id", **wanted)))["customers"])

    contract, tenure = segments.named("Contract"), segments.named("tenure")
    assert await only(tier="high") == ["a"]
    assert await only(offer=False) == ["c"]
    assert await only(min_probability=0.4) == ["a", "b"]
    assert await only(groups=((contract, "Two year"),)) == ["a", "c"]
    assert await only(groups=((tenure, "0 to 12"),)) == ["b"]
    assert await only(groups=((tenure, "48 to 72"),)) == ["c"]
    assert await only(groups=((contract, "Two year"), (tenure, "12 to 24"))) == ["a"]
    assert await only(groups=((segments.named("SeniorCitizen"), "0"),)) == ["a", "b", "c"]


async def test_only_the_newest_score_of_a_purpose_counts(ledger):
    await score(ledger, "a", 0.9, 50.0, at=NOW - DAY)
    await score(ledger, "a", 0.2, 50.0)
    await score(ledger, "a", 0.7, 50.0, at=NOW - 2 * DAY)
    await score(ledger, "a", 0.8, 50.0, purpose="simulated")
    await score(ledger, "a", 0.8, 50.0, purpose="test")
    found = await ledger.read(customers.customers, Wanted())
    assert [one["churn_probability"] for one in found["customers"]] == [0.2]
    simulated = await ledger.read(customers.customers, Wanted(purpose="simulated"))
    assert [one["churn_probability"] for one in simulated["customers"]] == [0.8]


async def test_the_mark_changes_with_every_score(ledger):
    before = await ledger.read(customers.mark, "production")
    await score(ledger, "a", 0.9, 50.0)
    assert await ledger.read(customers.mark, "production") != before
    assert before[:2] == (0, None)


async def test_the_mark_changes_with_what_is_written_late(ledger):
    marks = []
    for name, at in (("a", NOW - 3 * DAY), ("b", NOW), ("a", NOW - 2 * DAY), ("a", NOW - 2 * DAY)):
        await score(ledger, name, 0.5, 50.0, at=at)
        marks.append(await ledger.read(customers.mark, "production"))
    assert len(set(marks)) == 4


async def test_the_mark_is_told_of_many_customers(ledger):
    await ledger.put(Write(ledgers.batch([f"c{number}" for number in range(6000)])))
    await ledger.catch_up()
    assert (await ledger.read(customers.mark, "production"))[0] == 6000


async def test_the_portfolio_adds_up_in_cells(ledger):
    await score(ledger, "a", 0.8, 100.0, Contract="Two year")
    await score(ledger, "b", 0.2, 50.0)
    await score(ledger, "c", 0.2, 30.0)
    await score(ledger, "d", 1.0, 10.0)
    cells = await ledger.read(portfolio.portfolio, "production", 0.5)
    by_bin = {one["bin"]: one for one in cells if one["segment of Contract"] == "Month-to-month"}
    assert set(by_bin) == {4, 19}
    assert by_bin[4]["customers"] == 2
    assert by_bin[4]["at_risk"] == pytest.approx(16.0)
    assert by_bin[4]["variance"] == pytest.approx(0.16 * (2500 + 900))
    assert by_bin[4]["flagged"] == 0
    assert sum(one["flagged"] for one in cells) == 2
    assert {one["segment of tenure"] for one in cells} == {"0 to 12"}


async def test_the_past_is_what_was_newest_then(ledger):
    await score(ledger, "a", 0.2, 100.0, at=NOW - 50 * DAY)
    await score(ledger, "a", 0.6, 100.0, at=NOW - 40 * DAY)
    await score(ledger, "a", 0.9, 100.0, at=NOW - 10 * DAY)
    await score(ledger, "b", 0.9, 100.0, at=NOW - 10 * DAY)
    then = await ledger.read(portfolio.past, "production", 0.5, NOW - 30 * DAY)
    assert (then["customers"], then["flagged"], then["at_risk"]) == (1, 1, pytest.approx(60.0))
    assert await ledger.read(portfolio.past, "production", 0.5, NOW - 60 * DAY) is None


async def test_the_call_list_leaves_out_whom_to_leave_in_peace_each_under_one_cause(ledger):
    for name in ("open", "gone", "asked", "called", "held", "long_ago", "expired", "back"):
        await score(ledger, name, 0.5, 100.0)
    await score(ledger, "cheap", 0.1, 20.0)
    await left(ledger, "gone", churned=True, days_ago=1)
    await contacted(ledger, "gone", days_ago=2)
    await contacted(ledger, "called", days_ago=29)
    await contacted(ledger, "held", days_ago=1, held_out=True)
    await contacted(ledger, "long_ago", days_ago=31)
    await left(ledger, "back", churned=True, days_ago=9)
    await left(ledger, "back", churned=False, days_ago=1)
    for name, until in (("asked", TODAY), ("expired", TODAY - timedelta(days=1))):
        said = (name, "asked", until, NOW, "test")
        await ledger.do(lambda connection, said=said: feedback.suppression(connection, *said))
    found = await ledger.read(call_list, CALLS)
    assert names(found["calls"]) == ["back", "expired", "long_ago", "open"]
    assert found["excluded"] == {"churned": 1, "suppressed": 1, "contacted": 2}
    assert found["not_worth_it"] == 1
    assert found["as_of"] == NOW
    value = 0.5 * 0.5 * (500 - 40) - 0.5 * 40 - 5
    assert found["expected_value"] == pytest.approx(4 * value)
    assert found["cost"] == pytest.approx(4 * (5 + 40 * (0.5 * 0.5 + 0.5)))


async def test_the_call_list_ends_with_capacity_or_budget(ledger):
    for number in range(6):
        await score(ledger, f"c{number}", 0.5, 100.0 - number)
    cost = 5 + 40 * 0.75

    async def listed(**limits):
        fields = {name: getattr(CALLS, name) for name in ("purpose", "today", "rested", "campaign")}
        found = await ledger.read(call_list, Calls(**fields, **limits))
        return names(found["calls"]), found["customers"], found["cost"]

    assert await listed(capacity=2) == (["c0", "c1"], 2, pytest.approx(2 * cost))
    assert await listed(budget=3.5 * cost) == (["c0", "c1", "c2"], 3, pytest.approx(3 * cost))
    assert await listed(budget=3.5 * cost, capacity=1) == (["c0"], 1, pytest.approx(cost))
    assert await listed(capacity=3, limit=2, offset=2) == (["c2"], 3, pytest.approx(3 * cost))
    assert await listed(capacity=3, offset=3) == ([], 3, pytest.approx(3 * cost))
    assert await listed(capacity=0) == ([], 0, 0.0)


async def test_outcomes_label_scores_by_their_day_and_unlabelled_is_not_stayed(ledger):
    when = NOW - 40 * DAY
    for name, probability in (("left", 0.1), ("late", 0.2), ("stayed", 0.3), ("early", 0.4), ("unknown", 0.5)):
        await score(ledger, name, probability, 50.0, at=when)
    await left(ledger, "left", churned=True, days_ago=30)
    await left(ledger, "late", churned=True, days_ago=5)
    await left(ledger, "stayed", churned=False, days_ago=5)
    await left(ledger, "early", churned=False, days_ago=35)
    found = await ledger.read(matured, Span(NOW - 100 * DAY, NOW, 30, NOW, window_days=366))
    assert sorted(of(found, "labels")[()]) == [(0.1, 1), (0.2, 0), (0.3, 0)]
    assert of(found, "counts")[()] == [(5, 5)]


async def test_an_outcome_of_the_very_prediction_counts_as_told(ledger):
    name = await score(ledger, "a", 0.7, 50.0, at=NOW - 40 * DAY)
    await left(ledger, "a", churned=True, days_ago=2, prediction=name)
    found = await ledger.read(matured, Span(NOW - 100 * DAY, NOW, 30, NOW))
    assert of(found, "labels")[()] == [(0.7, 1)]


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
    assert {key: [one for one, _ in told] for key, told in of(found, "labels").items()} == {
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
    assert {key: told for key, told in of(found, "contacted").items() if len(key) < 2} == {(): [(1,)], (1,): [(1,)]}
    every = await ledger.read(matured, Span(NOW - 100 * DAY, NOW, 30, NOW, window_days=366, contacted=True))
    assert len(of(every, "labels")[()]) == 3


async def test_the_arms_count_mature_outcomes_and_leave_out_who_is_in_both(ledger):
    for name, held_out, churned in (
        ("a", False, True), ("b", False, False), ("c", False, None), ("d", True, True), ("e", True, False),
    ):  # fmt: skip
        await score(ledger, name, 0.5, 80.0)
        await contacted(ledger, name, days_ago=40, held_out=held_out)
        if churned is not None:
            await left(ledger, name, churned=churned, days_ago=20 if churned else 5)
    await contacted(ledger, "young", days_ago=3)
    await left(ledger, "young", churned=True, days_ago=1)
    for held_out, days_ago in ((True, 39), (False, 38)):
        await contacted(ledger, "both", days_ago=days_ago, held_out=held_out)
    found = await ledger.read(arms, Drive(NOW - 90 * DAY, NOW, NOW, 30))
    told = {name: found["contacted"][name] for name in ("customers", "contacts", "mature", "known", "churned")}
    assert told == {"customers": 4, "contacts": 4, "mature": 3, "known": 2, "churned": 1}
    assert found["contacted"]["offered_stayers"] == 1
    assert found["contacted"]["monthly"] == pytest.approx(80.0)
    assert (found["held_out"]["known"], found["held_out"]["churned"]) == (2, 1)
    assert found["crossed"] == {"customers": 1}


async def test_an_empty_arm_is_told_as_empty(ledger):
    found = await ledger.read(arms, Drive(0, NOW, NOW, 30))
    assert found["contacted"]["customers"] == found["held_out"]["known"] == 0


async def test_scores_are_told_by_day_and_version_with_their_tenths(ledger):
    start = NOW // DAY * DAY
    for name, probability in (("a", 0.0), ("b", 0.05), ("c", 0.3), ("d", 1.0)):
        await score(ledger, name, probability, 50.0, at=start)
    await score(ledger, "a", 0.5, 50.0, at=start - 1, version=2)
    found = await ledger.read(arrivals.scores, "production", start - DAY)
    assert [(str(one["day"]), one["model_version"], one["scores"]) for one in found] == [
        (str(TODAY - timedelta(days=1)), 2, 1),
        (str(TODAY), 1, 4),
    ]
    assert [found[1][f"t{low}"] for low in range(10)] == [2, 0, 0, 1, 0, 0, 0, 0, 0, 1]
    assert found[1]["mean"] == pytest.approx(1.35 / 4)


async def test_refused_cells_are_counted_by_column_and_reason(ledger):
    await ledger.put(Write(None, (Refusal("tenure", "is missing", 2), Refusal("gender", "is blank", 9))))
    await ledger.put(Write(None, (Refusal("tenure", "is missing", 3),)))
    found = await ledger.read(arrivals.refused, 0)
    assert [(one["column"], one["reason"], one["count"]) for one in found] == [
        ("gender", "is blank", 9), ("tenure", "is missing", 5),
    ]  # fmt: skip


async def test_open_alerts_come_first_and_old_ones_are_left_out(ledger):
    for kind, at, resolved in (("old", 10, 20), ("closed", NOW - DAY, NOW), ("open", 5, None)):
        await ledger.do(lambda connection, kind=kind, at=at: raising.raise_(connection, kind, "words", at))
        if resolved:
            await ledger.do(lambda connection, kind=kind, at=resolved: raising.resolve(connection, kind, at))
    found = await ledger.read(alerts.alerts, NOW - 10 * DAY, 50, 0)
    assert [one["kind"] for one in found["alerts"]] == ["open", "closed"]
    assert (found["total"], found["open"]) == (2, 1)


async def test_what_hosts_served_at_a_moment_is_their_last_event_until_then(ledger):
    for at, host, version in ((10, "a", 1), (20, "b", 1), (30, "a", 2)):
        said = (at, host, version, "d", "why", "who")
        await ledger.do(lambda connection, said=said: servings.served(connection, *said))
    found = await ledger.read(served.at, 25)
    assert [(one["host"], one["version"]) for one in found] == [("a", 1), ("b", 1)]
    events = await ledger.read(served.events, 2, 0)
    assert [one["at"] for one in events["events"]] == [30, 20]
    assert events["total"] == 3
