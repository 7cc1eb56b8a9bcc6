"""The ledger on both databases: what is written, once, by whom, and what is refused."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

import ledgers
from churn.errors import Conflict, LedgerError, UnknownPrediction
from churn.stores.ledger.entries import Refusal, Write, parts, prediction_id
from churn.stores.ledger.queries.latest import last_known
from churn.stores.ledger.queries.prediction import prediction
from churn.stores.ledger.tables import record, refusal


async def test_a_single_is_read_back_as_it_was_asked_and_answered(url):
    entry = ledgers.record()
    async with ledgers.opened(url) as ledger:
        assert await ledger.put(Write(entry)) is None
        found = await ledger.read(prediction, entry.id)
        known = await ledger.read(last_known, "7590-VHVEG")
    assert (found["inputs"], found["answer"]) == (ledgers.row("7590-VHVEG"), ledgers.ANSWER)
    assert (found["purpose"], found["model_version"], found["at"]) == ("production", 3, entry.at)
    assert (known["prediction_id"], known["probability"], known["monthly"]) == (
        entry.id,
        0.25,
        ledgers.ROW["MonthlyCharges"],
    )
    assert (known["offer"], known["tier"], known["inputs"]) == (True, "medium", ledgers.row("7590-VHVEG"))


async def test_a_single_without_an_id_is_kept_but_scores_nobody(url):
    async with ledgers.opened(url) as ledger:
        await ledger.put(Write(ledgers.record(None)))
        assert await ledger.read(ledgers.count, "record") == 1
        assert await ledger.read(ledgers.count, "score") == 0


async def test_purposes_are_kept_apart(url):
    async with ledgers.opened(url) as ledger:
        await ledger.put(Write(ledgers.record("a", 0.1)))
        await ledger.put(Write(ledgers.record("a", 0.9, purpose="simulated")))
        assert (await ledger.read(last_known, "a"))["probability"] == 0.1
        assert (await ledger.read(last_known, "a", "simulated"))["probability"] == 0.9
        with pytest.raises(UnknownPrediction, match="kept by itself"):
            await ledger.read(last_known, "b")


async def test_an_older_time_does_not_take_the_place_of_a_newer(url):
    newer = ledgers.record("a", 0.2)
    async with ledgers.opened(url) as ledger:
        await ledger.put(Write(newer))
        await ledger.put(Write(ledgers.record("a", 0.8, at=newer.at - 1)))
        assert (await ledger.read(last_known, "a"))["prediction_id"] == newer.id


async def test_refused_cells_are_counted_with_and_without_a_record(url):
    entry = ledgers.record()
    async with ledgers.opened(url) as ledger:
        await ledger.put(Write(entry, (Refusal("tenure", "is missing", 2),)))
        await ledger.put(Write(None, (Refusal("Contract", "is not one of the known", 1),)))
        columns = (refusal.c.column, refusal.c.reason, refusal.c.count, refusal.c.record)
        found = await ledger.read(lambda connection: set(connection.execute(select(*columns)).all()))
    assert found == {("tenure", "is missing", 2, entry.id), ("Contract", "is not one of the known", 1, None)}


@pytest.mark.parametrize("name", ["nobody", "", "x.y", "x.-1", "x.99999999999999999999", "x.0.0", "é.1", "a\x00b"])
async def test_an_unknown_prediction_is_said_to_be_unknown(url, name):
    async with ledgers.opened(url) as ledger:
        with pytest.raises(LedgerError) as said:
            await ledger.read(prediction, name)
    assert type(said.value) is UnknownPrediction


async def test_a_row_that_a_record_does_not_have_is_unknown(url):
    one, many = ledgers.record(), ledgers.batch(["a", "b"])
    async with ledgers.opened(url) as ledger:
        await asyncio.gather(ledger.put(Write(one)), ledger.put(Write(many)))
        for name in (f"{one.id}.0", many.id, f"{many.id}.2"):
            with pytest.raises(UnknownPrediction):
                await ledger.read(prediction, name)


def test_a_name_tells_its_record_and_row():
    assert parts(prediction_id("r", 12)) == ("r", 12)
    assert parts(prediction_id("r", -1)) == ("r", -1)


async def test_a_write_that_cannot_be_kept_fails_alone(url):
    good = [ledgers.record(f"c{number}") for number in range(5)]
    twice = replace(ledgers.record("x"), id=good[0].id)
    torn = ledgers.record("y", results=b"no json")
    async with ledgers.opened(url) as ledger:
        puts = [ledger.put(Write(entry)) for entry in (*good, twice, torn)]
        said = await asyncio.gather(*puts, return_exceptions=True)
        assert await ledger.read(ledgers.count, "record") == 5
        assert ledger.state["ok"]
    assert said[:5] == [None] * 5
    assert [type(one) for one in said[5:]] == [LedgerError, LedgerError]


async def test_a_deed_that_fails_leaves_nothing_and_hurts_nobody(url):
    def half(connection):
        connection.execute(record.insert(), [ledgers_cells("half")])
        raise Conflict("no")

    def ledgers_cells(name):
        cells = {"at": 1, "door": "d", "purpose": "test", "rows": 1, "model_version": 1, "model_digest": "",
                 "request_id": "", "caller": ""}  # fmt: skip
        return {"id": name, **cells}

    def broken(connection):
        return connection.exec_driver_sql("SELECT * FROM nowhere")

    async with ledgers.opened(url) as ledger:
        said = await asyncio.gather(
            ledger.do(half), ledger.do(broken), ledger.put(Write(ledgers.record())), ledger.do(lambda _: 5),
            return_exceptions=True,
        )  # fmt: skip
        assert await ledger.read(ledgers.count, "record") == 1
    assert isinstance(said[0], Conflict)
    assert isinstance(said[1], LedgerError)
    assert said[2:] == [None, 5]


async def test_readers_change_nothing(url):
    async with ledgers.opened(url) as ledger:
        with pytest.raises(LedgerError):
            await ledger.read(lambda connection: connection.execute(record.delete()))


async def test_unicode_is_kept(url):
    name = "Zoë 🐙 \u202e 客"
    entry = ledgers.record(name)
    async with ledgers.opened(url) as ledger:
        await ledger.put(Write(entry))
        assert (await ledger.read(prediction, entry.id))["inputs"]["customerID"] == name
        assert (await ledger.read(last_known, name))["prediction_id"] == entry.id
