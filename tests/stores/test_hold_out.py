"""Who is held out: by chance, the same all quarter, alike on both databases, and on no call list."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import literal, select

import ledgers
from churn.stores.ledger.lots import LOTS, drawn, lot, quarter
from churn.stores.ledger.queries.call_list import Calls, call_list
from churn.stores.ledger.queries.walk import Arm, Walk
from ledgers import batch
from scored import CAMPAIGN, DAY, NOW, contacted, score

TODAY = datetime.fromtimestamp(NOW / 1e6, UTC).date()
CALLS = Calls(purpose="production", today=TODAY, rested=NOW - 30 * DAY, campaign=CAMPAIGN, holdout=0.3, limit=500)
NAMES = [f"{number:04}-VHVEG" for number in range(4000)]


@pytest.fixture
async def ledger(url):
    async with ledgers.opened(url) as opened:
        yield opened


def shares(names, within="2026Q4"):
    return [drawn(f"{within}:{name}") / LOTS for name in names]


def correlation(a, b):
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    across = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    return across / (sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b)) ** 0.5


def test_lots_fall_into_a_share_as_often_as_chance_does():
    for names in (NAMES, [f"{number:064x}" for number in range(4000)]):
        for share in (0.01, 0.1, 0.5):
            held = sum(one < share for one in shares(names))
            assert abs(held - share * 4000) < 4 * (4000 * share * (1 - share)) ** 0.5


def test_lots_know_nothing_of_the_order_of_names_nor_of_another_quarter():
    now = shares(NAMES)
    assert abs(correlation(now, list(range(4000)))) < 4 / 4000**0.5
    assert abs(correlation(now, shares(NAMES, "2027Q1"))) < 4 / 4000**0.5
    assert abs(correlation(now[:-1], now[1:])) < 4 / 4000**0.5


def test_a_quarter_lasts_from_its_first_day_to_its_last():
    told = [quarter(date(2026, *day)) for day in ((1, 1), (3, 31), (4, 1), (9, 30), (10, 1), (12, 31))]
    assert told == ["2026Q1", "2026Q1", "2026Q2", "2026Q3", "2026Q4", "2026Q4"]


async def test_the_database_draws_the_same_lots_as_we_do(ledger):
    for words in ("2026Q4:7590-VHVEG", "2026Q4:Zoë/Łukasz 客", "x" * 300, ""):
        asked = select(lot(literal(words)))
        assert await ledger.read(lambda connection, asked=asked: connection.scalar(asked)) == drawn(words)


async def test_the_held_out_are_those_of_the_lot_and_on_no_list(ledger):
    names = [f"c{number:02}" for number in range(60)]
    for number, name in enumerate(names):
        await score(ledger, name, 0.5, 100.0 + number % 7)
    held = await ledger.read(call_list, replace(CALLS, arm="held_out"))
    called = await ledger.read(call_list, CALLS)
    by_lot = {name for name in names if drawn(f"{quarter(TODAY)}:{name}") < 0.3 * LOTS}
    assert {one["customer_id"] for one in held["calls"]} == by_lot
    assert {one["customer_id"] for one in called["calls"]} == set(names) - by_lot
    assert (called["customers"], called["held_out"]["customers"]) == (60 - len(by_lot), len(by_lot))
    assert called["held_out"]["expected_value"] == pytest.approx(sum(one["expected_value"] for one in held["calls"]))
    more = await ledger.read(call_list, replace(CALLS, arm="held_out", holdout=0.5))
    assert by_lot < {one["customer_id"] for one in more["calls"]}
    nobody = await ledger.read(call_list, replace(CALLS, holdout=0.0, arm="held_out"))
    assert (nobody["calls"], nobody["held_out"]) == ([], {"customers": 0, "expected_value": 0.0})


async def test_pages_of_either_arm_fit_together_and_add_up_to_the_sums(ledger):
    for number in range(60):
        await score(ledger, f"c{number:02}", 0.5, 100.0 + number % 7)
    limited = replace(CALLS, capacity=30, limit=7)
    for arm in ("call", "held_out"):
        pages = [await ledger.read(call_list, replace(limited, arm=arm, offset=start)) for start in range(0, 70, 7)]
        rows = [one for page in pages for one in page["calls"]]
        summed = pages[0] if arm == "call" else pages[0]["held_out"]
        assert [one["rank"] for one in rows] == list(range(1, summed["customers"] + 1))
        assert len({one["customer_id"] for one in rows}) == summed["customers"] > 0
        assert sum(one["expected_value"] for one in rows) == pytest.approx(summed["expected_value"])
        assert rows == sorted(rows, key=lambda one: (-one["expected_value"], one["customer_id"]))
        assert len({str({**page, "calls": []}) for page in pages}) == 1
    assert pages[0]["customers"] == 30


async def test_lots_are_drawn_of_keyed_hashes_as_of_names(url):
    async with ledgers.opened(url, id_key="k" * 32) as ledger:
        await ledger.put(ledgers.Write(batch([f"c{number}" for number in range(40)])))
        await ledger.catch_up()
        found = await ledger.read(call_list, replace(CALLS, arm="held_out"))
        stored = [ledger.customer(f"c{number}") for number in range(40)]
        by_lot = {name for name in stored if drawn(f"{quarter(TODAY)}:{name}") < 0.3 * LOTS}
        assert {one["customer_id"] for one in found["calls"]} == by_lot != set()


async def test_whoever_was_held_out_is_left_alone_until_the_outcome_is_known(ledger):
    await score(ledger, "held", 0.5, 100.0)
    await score(ledger, "called", 0.5, 100.0)
    await contacted(ledger, "held", days_ago=20, held_out=True)
    await contacted(ledger, "called", days_ago=20)
    short = replace(CALLS, holdout=0.0, rested=NOW - 7 * DAY, tested=NOW - 30 * DAY)
    assert [one["customer_id"] for one in (await ledger.read(call_list, short))["calls"]] == ["called"]
    later = replace(short, tested=NOW - 10 * DAY)
    assert (await ledger.read(call_list, later))["customers"] == 2


def plain(offers, held, capacity, budget, more):
    """Walk as one would by hand: give the called, the held-out and those who follow."""
    called, apart, beyond, spent = [], [], [], 0.0
    ended = False
    for name, cost in offers:
        full = capacity is not None and len(called) >= capacity
        ended = ended or full or (budget is not None and spent + cost > budget)
        if ended:
            beyond += [name] if name not in held else []
        elif name in held:
            apart.append(name)
        else:
            called.append(name)
            spent += cost
    return called, apart, beyond[:more]


@pytest.mark.parametrize("seed", range(40))
def test_a_walk_ends_where_one_by_hand_does(seed):
    chance = random.Random(seed)
    offers = [(f"c{number}", chance.choice([0.0, 5.0, 29.5])) for number in range(chance.choice([0, 1, 30]))]
    held = {name for name, _ in offers if chance.random() < 0.4}
    capacity, budget = chance.choice([None, 0, 1, 9, 99]), chance.choice([None, 0.0, 29.5, 100.0, 1e9])
    walk = Walk(Arm(0, 500), Arm(0, 500), capacity, budget, 4, held.__contains__)
    for name, cost in offers:
        if not walk.over:
            walk.meet(name, 1.0, cost)
    called, apart, beyond = plain(offers, held, capacity, budget, 4)
    assert (walk.called.page, walk.held.page, walk.beyond.customers) == (called, apart, len(beyond))
    assert walk.called.all.cost == pytest.approx(sum(cost for name, cost in offers if name in called))


async def test_a_budget_of_just_the_cost_gives_just_the_same_list(ledger):
    for number in range(40):
        await score(ledger, f"c{number:02}", 0.31 + number / 100, 100.0 + number / 7)
    whole = await ledger.read(call_list, replace(CALLS, capacity=17))
    same = await ledger.read(call_list, replace(CALLS, budget=whole["cost"]))
    assert (same["customers"], same["cost"]) == (17, whole["cost"])
    assert (await ledger.read(call_list, replace(CALLS, budget=whole["cost"] - 0.01)))["customers"] == 16


async def test_one_more_agent_calls_the_next_who_are_not_held_out(ledger):
    for number in range(40):
        await score(ledger, f"c{number:02}", 0.5, 140.0 - number)
    everybody = (await ledger.read(call_list, CALLS))["calls"]
    found = await ledger.read(call_list, replace(CALLS, capacity=5, agent_calls=8))
    following = everybody[5:13]
    assert found["one_more"]["calls"] == 8
    assert found["one_more"]["expected_value"] == pytest.approx(sum(one["expected_value"] for one in following))
    assert found["one_more"]["cost"] == pytest.approx(sum(one["cost"] for one in following))
    last = await ledger.read(call_list, replace(CALLS, capacity=len(everybody) - 3, agent_calls=8))
    assert last["one_more"]["calls"] == 3
    none = {"calls": 0, "expected_value": 0.0, "cost": 0.0}
    assert (await ledger.read(call_list, CALLS))["one_more"] == none
    nobody = await ledger.read(call_list, replace(CALLS, capacity=0, agent_calls=2))
    assert (nobody["customers"], nobody["held_out"]["customers"], nobody["one_more"]["calls"]) == (0, 0, 2)
