"""An alert's states, and who was told of it, on both databases."""

import asyncio
from functools import partial

import pytest

import ledgers
from churn.errors import Conflict
from churn.stores.ledger import alerts, deliveries, retention
from churn.stores.ledger.deliveries import Owed
from churn.stores.ledger.queries.alerts import alerts as page
from churn.stores.ledger.queries.alerts import counted

DAY = 86_400 * 1_000_000
NOW = 400 * DAY
ME = {"by": "ann", "note": None, "purpose": "production"}


@pytest.fixture
async def ledger(url):
    async with ledgers.opened(url) as opened:
        yield opened


async def up(ledger, kind="model", severity="medium", at=NOW, purpose="production"):
    return await ledger.do(partial(alerts.raise_, kind=kind, words="w", at=at, severity=severity, purpose=purpose))


async def test_whoever_acknowledges_first_has_it_and_a_resolved_one_wants_nobody(ledger):
    one = await up(ledger)
    first = await ledger.do(partial(alerts.acknowledge, which="model", at=NOW + 1, **ME | {"note": "on it"}))
    again = await ledger.do(partial(alerts.acknowledge, which=one["id"], at=NOW + 2, **ME | {"by": "bob"}))
    assert (first["acknowledged_at"], first["acknowledged_by"], first["note"]) == (NOW + 1, "ann", "on it")
    assert (again["acknowledged_at"], again["acknowledged_by"]) == (NOW + 1, "ann")
    await ledger.do(partial(alerts.resolve, kind="model", at=NOW + 3, by="monitor"))
    with pytest.raises(Conflict, match="resolved already"):
        await ledger.do(partial(alerts.acknowledge, which="model", at=NOW + 4, **ME))
    assert await ledger.do(partial(alerts.acknowledge, which="nothing", at=NOW, **ME)) is None


async def test_one_that_becomes_graver_wants_to_be_acknowledged_again_and_a_milder_one_does_not(ledger):
    await up(ledger, severity="high")
    await ledger.do(partial(alerts.acknowledge, which="model", at=NOW, **ME))
    assert (await up(ledger, severity="low"))["acknowledged_by"] == "ann"
    assert (await up(ledger, severity="low"))["acknowledged_by"] == "ann"
    worse = await up(ledger, severity="critical")
    assert (worse["acknowledged_at"], worse["acknowledged_by"], worse["times"]) == (None, None, 4)


async def test_what_is_simulated_never_hides_nor_closes_what_is_not(ledger):
    await up(ledger)
    await up(ledger, purpose="simulated")
    assert await ledger.do(partial(alerts.resolve, kind="model", at=NOW, purpose="simulated")) is True
    assert (await ledger.read(page, 0, 10, 0))["open"] == 1
    assert (await ledger.read(page, 0, 10, 0, purpose="simulated"))["open"] == 0


async def test_closing_by_hand_keeps_who_did_it_and_both_notes(ledger):
    one = await up(ledger)
    await ledger.do(partial(alerts.acknowledge, which="model", at=NOW, **ME | {"note": "looking"}))
    closed = await ledger.do(partial(alerts.settle, which=one["id"], at=NOW + 5, **ME | {"note": "mended"}))
    assert (closed["resolved_at"], closed["resolved_by"], closed["note"]) == (NOW + 5, "ann", "looking / mended")
    late = await ledger.do(partial(alerts.settle, which="model", at=NOW + 9, **ME | {"by": "bob"}))
    assert (late["resolved_at"], late["resolved_by"]) == (NOW + 5, "ann")
    assert await ledger.do(partial(alerts.settle, which="nothing", at=NOW, **ME)) is None


async def test_a_kind_means_its_open_alert_and_else_the_latest(ledger):
    first = await up(ledger)
    await ledger.do(partial(alerts.resolve, kind="model", at=NOW))
    second = await up(ledger, at=NOW + DAY)
    assert (await ledger.read(alerts.find, "model", "production"))["id"] == second["id"]
    await ledger.do(partial(alerts.resolve, kind="model", at=NOW + DAY))
    assert (await ledger.read(alerts.find, "model", "production"))["id"] == second["id"]
    assert (await ledger.read(alerts.find, first["id"], "production"))["id"] == first["id"]
    assert await ledger.read(alerts.find, first["id"], "simulated") is None


async def test_alerts_are_counted_by_state_for_the_metrics(ledger):
    await up(ledger, "a"), await up(ledger, "b", "high"), await up(ledger, "c")
    await ledger.do(partial(alerts.acknowledge, which="b", at=NOW, **ME))
    await ledger.do(partial(alerts.resolve, kind="c", at=NOW))
    found = {tuple(one.values()) for one in await ledger.read(counted)}
    assert found == {("a", "medium", "open", "production", 1), ("b", "high", "acknowledged", "production", 1)}


async def test_of_many_who_begin_to_send_the_same_message_one_does(url):
    async with ledgers.opened(url) as one, ledgers.opened(url) as two:
        owed = Owed((await up(one))["id"], "raised-medium", "mail", 0)
        claims = [ledger.do(partial(deliveries.claim, owed=[owed], at=NOW)) for ledger in (one, two) * 4]
        assert sorted(map(len, await asyncio.gather(*claims))) == [0] * 7 + [1]


async def test_what_was_begun_and_never_ended_stands_as_failed_and_can_be_begun_again(ledger):
    raised = await up(ledger)
    owed = Owed(raised["id"], "raised-medium", "mail", 0)
    await ledger.do(partial(deliveries.claim, owed=[owed], at=NOW))
    (seen,) = await ledger.read(deliveries.lately, NOW - DAY, "production", ["medium"])
    (row,) = seen["deliveries"]
    assert (row["state"], row["tries"], row["fault"]) == ("failed", 1, deliveries.BEGUN)
    again = owed._replace(tries=1)
    assert await ledger.do(partial(deliveries.claim, owed=[again], at=NOW)) == [again]
    await ledger.do(partial(deliveries.note, one=again, at=NOW, state="sent", fault=None))
    assert await ledger.do(partial(deliveries.claim, owed=[again._replace(tries=2)], at=NOW)) == []


async def test_a_channel_is_silent_until_it_takes_a_message_again(ledger):
    for number, state in enumerate(["sent", "given_up", "failed"]):
        owed = Owed("a", f"reminder-{number}", "mail", 0)
        await ledger.do(partial(deliveries.claim, owed=[owed], at=NOW + number))
        await ledger.do(partial(deliveries.note, one=owed, at=NOW + number, state=state, fault=None))
    assert await ledger.read(deliveries.silent, ["mail", "webhook"]) == ["mail"]
    await ledger.do(partial(deliveries.note, one=owed, at=NOW + 9, state="sent", fault=None))
    assert await ledger.read(deliveries.silent, ["mail", "webhook"]) == []


async def test_old_deliveries_go_with_everything_else_that_is_old(ledger):
    for at in (NOW - 40 * DAY, NOW):
        await ledger.do(partial(deliveries.claim, owed=[Owed(str(at), "resolved", "mail", 0)], at=at))
    assert (await retention.purge(ledger, NOW, 30))["delivery"] == 1
    assert await ledger.read(ledgers.count, "delivery") == 1
