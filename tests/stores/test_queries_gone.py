"""Who has left is nobody to call, and none of whose revenue is at risk; asked of both databases."""

import pytest

import ledgers
from churn.stores.ledger.queries import customers, gone, portfolio
from churn.stores.ledger.queries.call_list import Calls, call_list
from churn.stores.ledger.queries.customers import Wanted
from scored import CAMPAIGN, DAY, NOW, left, score
from telling import today


@pytest.fixture
async def ledger(url):
    async with ledgers.opened(url) as opened:
        for name, monthly in (("here", 100.0), ("gone", 80.0), ("back", 60.0), ("stayed", 40.0)):
            await score(opened, name, 0.5, monthly, at=NOW - 40 * DAY)
        await left(opened, "gone", churned=True, days_ago=20)
        await left(opened, "back", churned=True, days_ago=20)
        await left(opened, "back", churned=False, days_ago=10)
        await left(opened, "stayed", churned=False, days_ago=10)
        yield opened


def names(found):
    return sorted(one["customer_id"] for one in found)


async def figures(ledger):
    cells = await ledger.read(portfolio.portfolio, "production", 0.4)
    return {name: sum(one[name] for one in cells) for name in ("customers", "flagged", "monthly", "at_risk")}


async def test_who_has_left_is_not_among_the_customers_but_among_those_who_left(ledger):
    found = await ledger.read(customers.customers, Wanted())
    assert (names(found["customers"]), found["total"]) == (["back", "here", "stayed"], 3)
    found = await ledger.read(customers.customers, Wanted(left=True))
    assert (names(found["customers"]), found["total"]) == (["gone"], 1)


async def test_no_revenue_of_who_has_left_is_at_risk(ledger):
    assert await figures(ledger) == {"customers": 3, "flagged": 3, "monthly": 200.0, "at_risk": 100.0}
    assert await ledger.read(gone.left, "production") == 1


async def test_a_later_score_does_not_bring_anybody_back_and_a_later_outcome_does(ledger):
    await score(ledger, "gone", 0.5, 80.0)
    assert (await figures(ledger))["customers"] == 3
    await left(ledger, "gone", churned=False, days_ago=0)
    assert (await figures(ledger))["customers"] == 4


async def test_the_past_holds_who_left_only_later(ledger):
    def then(days):
        return ledger.read(portfolio.past, "production", 0.4, NOW - days * DAY)

    assert [(await then(days))["customers"] for days in (30, 15, 5)] == [4, 2, 3]
    assert (await then(15))["monthly"] == 140.0


async def test_who_has_left_is_not_called_and_not_counted_as_not_worth_it(ledger):
    await score(ledger, "cheap", 0.1, 20.0)
    calls = Calls(purpose="production", today=today(), rested=NOW - 30 * DAY, campaign=CAMPAIGN)
    assert (await ledger.read(call_list, calls))["not_worth_it"] == 1
    await left(ledger, "cheap", churned=True, days_ago=1)
    found = await ledger.read(call_list, calls)
    assert (names(found["calls"]), found["not_worth_it"]) == (["back", "here", "stayed"], 0)


async def test_an_outcome_of_another_purpose_takes_nobody_away(ledger):
    await score(ledger, "gone", 0.5, 80.0, purpose="simulated")
    found = await ledger.read(customers.customers, Wanted(purpose="simulated"))
    assert names(found["customers"]) == ["gone"]


async def test_the_mark_changes_with_every_outcome(ledger):
    marks = [await ledger.read(portfolio.mark, "production")]
    for name, churned in (("here", True), ("stayed", True)):
        await left(ledger, name, churned=churned, days_ago=1)
        marks.append(await ledger.read(portfolio.mark, "production"))
    assert len(set(marks)) == 3
