"""What came of predictions, alerts, and what was served when."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select

import ledgers
from churn.errors import Conflict, UnknownPrediction
from churn.stores.ledger import alerts, feedback, servings
from churn.stores.ledger.entries import Write, now
from churn.stores.ledger.tables import alert, outcome, serving
from telling import today

DAY = 86_400 * 1_000_000


@pytest.fixture
async def ledger(url):
    async with ledgers.opened(url) as opened:
        yield opened


def happened(customer="a", churned=True, on=None, prediction=None, **more):
    return partial(feedback.outcome, customer=customer, churned=churned, observed_on=on or today(),
                   prediction=prediction, at=now(), caller="crm", **more)  # fmt: skip


def called(customer="a", at=None, channel="phone", offer="discount", held_out=False, prediction=None):
    return partial(feedback.contact, customer=customer, at=at or now(), channel=channel, offer=offer,
                   held_out=held_out, prediction=prediction, caller="crm")  # fmt: skip


async def predicted(ledger, customer="a", **changes):
    entry = ledgers.record(customer, **changes)
    await ledger.put(Write(entry))
    return entry.id


async def test_an_outcome_is_kept_with_its_prediction(ledger):
    name = await predicted(ledger)
    said = await ledger.do(happened(prediction=name))
    assert (said["customer"], said["churned"], said["purpose"]) == ("a", True, "production")
    assert said["observed_on"] in {today(), today() - timedelta(1)}
    assert [one.id for one in await ledger.read(lambda connection: connection.execute(select(outcome)).all())] == [
        said["id"]
    ]


async def test_the_same_outcome_again_gives_the_same_answer(ledger):
    first = await ledger.do(happened())
    again = await asyncio.gather(*(ledger.do(happened()) for _ in range(5)))
    assert again == [first] * 5
    assert await ledger.read(ledgers.count, "outcome") == 1


async def test_an_outcome_that_contradicts_another_is_refused(ledger):
    await ledger.do(happened(churned=False))
    with pytest.raises(Conflict, match="churned is False in the ledger for the same customer and observed_on"):
        await ledger.do(happened(churned=True))
    await ledger.do(happened(churned=True, on=today() - timedelta(1)))


async def test_an_outcome_of_an_unknown_prediction_is_refused(ledger):
    with pytest.raises(UnknownPrediction):
        await ledger.do(happened(prediction="nobody"))
    assert await ledger.read(ledgers.count, "outcome") == 0


async def test_an_outcome_of_another_customers_prediction_is_refused(ledger):
    name = await predicted(ledger, "a")
    with pytest.raises(Conflict, match="of another customer"):
        await ledger.do(happened("b", prediction=name))


async def test_an_outcome_before_its_prediction_is_refused(ledger):
    name = await predicted(ledger)
    with pytest.raises(Conflict, match="lies before the prediction"):
        await ledger.do(happened(on=today() - timedelta(2), prediction=name))


@pytest.mark.parametrize("hours", [-12, 14])
async def test_a_day_is_taken_as_the_senders_zone_writes_it(ledger, hours):
    name = await predicted(ledger)
    on = (datetime.now(UTC) + timedelta(hours=hours)).date()
    assert (await ledger.do(happened(on=on, prediction=name)))["observed_on"] == on
    with pytest.raises(Conflict, match=r"lies (before the prediction|in the future)"):
        await ledger.do(happened(on=on + timedelta(days=2 if hours > 0 else -2), prediction=name))


async def test_an_outcome_in_the_future_is_refused(ledger):
    with pytest.raises(Conflict, match="lies in the future; look at the sender's clock"):
        await ledger.do(happened(on=today() + timedelta(2)))


async def test_an_outcome_of_a_simulated_prediction_is_simulated(ledger):
    name = await predicted(ledger, purpose="simulated", at=now() - 400 * DAY)
    said = await ledger.do(happened(on=today() - timedelta(300), prediction=name))
    assert said["purpose"] == "simulated"


async def test_an_outcome_finds_the_row_of_a_batch_expanded_or_not(ledger):
    entry = ledgers.batch(["a", "b", None])
    await ledger.put(Write(entry))
    with pytest.raises(Conflict, match="another customer"):
        await ledger.do(happened("a", prediction=f"{entry.id}.1"))
    await ledger.catch_up()
    with pytest.raises(Conflict, match="another customer"):
        await ledger.do(happened("a", prediction=f"{entry.id}.1"))
    assert (await ledger.do(happened("b", prediction=f"{entry.id}.1")))["prediction"] == f"{entry.id}.1"
    with pytest.raises(UnknownPrediction):
        await ledger.do(happened("b", prediction=f"{entry.id}.3"))


async def test_a_contact_is_kept_once(ledger):
    at = now()
    first = await ledger.do(called(at=at))
    assert await ledger.do(called(at=at)) == first
    with pytest.raises(Conflict, match="offer is 'discount' in the ledger"):
        await ledger.do(called(at=at, offer="router"))
    await ledger.do(called(at=at, channel="mail"))
    assert await ledger.read(ledgers.count, "contact") == 2


async def test_a_contact_in_the_future_or_before_its_prediction_is_refused(ledger):
    name = await predicted(ledger)
    with pytest.raises(Conflict, match="future"):
        await ledger.do(called(at=now() + 6 * 60 * 1_000_000))
    with pytest.raises(Conflict, match="before the prediction"):
        await ledger.do(called(at=now() - DAY, prediction=name))
    await ledger.do(called(at=now() + 4 * 60 * 1_000_000, prediction=name))


async def test_a_suppression_is_kept_once(ledger):
    until = date(2030, 1, 31)
    said = [await ledger.do(lambda c: feedback.suppression(c, "a", "asked", until, now(), "crm")) for _ in range(2)]
    assert said[0] == said[1]
    assert (said[0]["reason"], said[0]["until"]) == ("asked", until)


async def test_one_alert_of_a_kind_is_open_however_many_see_it(url):
    async with ledgers.opened(url) as one, ledgers.opened(url) as two:
        raised = await asyncio.gather(
            *(ledger.do(lambda c: alerts.raise_(c, "model", "refused", now())) for ledger in (one, two) * 3)
        )
        assert len({each["id"] for each in raised}) == 1
        assert max(each["times"] for each in raised) == 6
        assert await one.do(lambda c: alerts.resolve(c, "model", now())) is True
        assert await two.do(lambda c: alerts.resolve(c, "model", now())) is False
        again = await one.do(lambda c: alerts.raise_(c, "model", "refused", now()))
        assert again["times"] == 1
        kept = await one.read(lambda c: c.execute(select(alert.c.resolved_at)).scalars().all())
    assert len(kept) == 2
    assert kept.count(None) == 1


async def test_what_a_host_serves_is_noted_when_it_changes(ledger):
    for version in (1, 1, 2, 2, 1):
        await ledger.do(lambda c, v=version: servings.served(c, now(), "host", v, f"d{v}", "promoted", "ana"))
    await ledger.do(lambda c: servings.served(c, now(), "other", 1, "d1", "promoted", "ana"))
    found = await ledger.read(
        lambda c: c.execute(select(serving.c.host, serving.c.version).order_by(serving.c.at)).all()
    )
    assert [tuple(one) for one in found] == [("host", 1), ("host", 2), ("host", 1), ("other", 1)]
