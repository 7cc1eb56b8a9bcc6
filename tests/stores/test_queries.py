"""What dashboards read, asked of both databases; every figure is made by hand."""

from datetime import UTC, datetime, timedelta

import pytest

import ledgers
from churn.stores.ledger import feedback
from churn.stores.ledger.entries import Write
from churn.stores.ledger.queries import customers, portfolio, segments
from churn.stores.ledger.queries.call_list import Calls, call_list
from churn.stores.ledger.queries.customers import Wanted
from scored import CAMPAIGN, DAY, NOW, contacted, left, score

TODAY = datetime.fromtimestamp(NOW / 1e6, UTC).date()
CALLS = Calls(purpose="production", today=TODAY, rested=NOW - 30 * DAY, campaign=CAMPAIGN)


@pytest.fixture
async def ledger(url):
    async with ledgers.opened(url) as opened:
        yield opened


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
