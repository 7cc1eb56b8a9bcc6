"""Batches: one durable record, expanded into scores when there is time."""

import asyncio
import random

import orjson
import pytest
import zstandard
from sqlalchemy import select

import ledgers
from churn.errors import UnknownPrediction
from churn.stores.ledger import expansion, writer
from churn.stores.ledger.entries import Write, now
from churn.stores.ledger.queries.cells import DAY
from churn.stores.ledger.queries.latest import last_known
from churn.stores.ledger.queries.prediction import prediction
from churn.stores.ledger.tables import record

KEY = "a secret"


def names(count, first=0):
    return [f"c{number}" for number in range(first, first + count)]


async def test_a_batch_is_one_record_and_a_score_a_customer(url):
    entry = ledgers.batch([*names(700), None])
    async with ledgers.opened(url) as ledger:
        await ledger.put(Write(entry))
        await ledger.catch_up()
        assert await ledger.read(ledgers.count, "record") == 1
        assert await ledger.read(ledgers.count, "score") == await ledger.read(ledgers.count, "latest") == 700
        assert await ledger.read(ledgers.count, "expansion") == 0
        assert (await ledger.read(last_known, "c699"))["prediction_id"] == f"{entry.id}.699"
        found = await ledger.read(prediction, f"{entry.id}.700")
    assert (found["inputs"], found["answer"]["churn_probability"]) == (ledgers.row(), 0.5)


async def test_a_batch_in_one_block_or_without_indexes_is_read_alike(url):
    rows = [ledgers.row(name) for name in names(3)]
    answers = [[index, ledgers.ANSWER | {"churn_probability": index / 10}] for index in (0, 2, 5)]
    plain = ledgers.batch(names(3), inputs=orjson.dumps(rows), results=orjson.dumps(answers))
    async with ledgers.opened(url) as ledger:
        await ledger.put(Write(plain))
        await ledger.catch_up()
        assert (await ledger.read(last_known, "c2"))["prediction_id"] == f"{plain.id}.5"
        found = await ledger.read(prediction, f"{plain.id}.5")
        assert (found["inputs"], found["answer"]["churn_probability"]) == (rows[2], 0.5)


async def test_a_score_of_a_clock_that_ran_ahead_gives_way_to_the_next_one(url):
    ahead, right, late = (ledgers.record("c", at=now() + days * DAY) for days in (400, 0, -1))
    async with ledgers.opened(url) as ledger:
        for entry, newest in ((ahead, ahead), (right, right), (late, right)):
            await ledger.put(Write(entry))
            assert (await ledger.read(last_known, "c"))["prediction_id"] == newest.id


async def test_a_record_of_a_file_holds_digests_alone(url):
    origin = '{"name":"day.csv","rows":10}'
    entry = ledgers.record(None, door="file", rows=9, inputs=b"", results=b"", input_digest="i", output_digest="o",
                           origin=origin)  # fmt: skip
    async with ledgers.opened(url) as ledger:
        await ledger.put(Write(entry))
        await ledger.catch_up()
        found = await ledger.read(prediction, f"{entry.id}.9")
        with pytest.raises(UnknownPrediction, match="the file had 10 rows"):
            await ledger.read(prediction, f"{entry.id}.10")
    told = {name: found[name] for name in ("input_digest", "output_digest", "origin", "inputs", "door")}
    assert told == {"input_digest": "i", "output_digest": "o", "origin": origin, "inputs": None, "door": "file"}


async def test_bodies_are_compressed_off_the_loop(url, monkeypatch):
    threads = set()
    monkeypatch.setattr(zstandard, "compress", noting(zstandard.compress, threads))
    entry = ledgers.batch(names(2000))
    async with ledgers.opened(url) as ledger:
        await ledger.put(Write(entry))
        stored = await ledger.read(lambda connection: connection.execute(select(record.c.inputs)).scalar_one())
    assert len(stored) < len(b"".join(entry.inputs)) / 5
    assert threads
    assert "MainThread" not in threads


def noting(function, threads):
    import threading

    def noted(*args):
        threads.add(threading.current_thread().name)
        return function(*args)

    return noted


@pytest.mark.parametrize("segment", [10_000, 450])
async def test_what_a_crash_left_unexpanded_is_expanded_at_the_next_start(url, monkeypatch, segment):
    entry, kept = ledgers.batch(shuffled(names(900))), 0
    monkeypatch.setattr(expansion, "SEGMENT", segment)
    while kept < 900:
        with monkeypatch.context() as crash:
            crash.setattr(expansion, "advance", torn_after_writing())
            async with ledgers.opened(url) as ledger:
                if not kept:
                    await ledger.put(Write(entry))
                while (now := await ledger.read(ledgers.count, "score")) == kept:
                    await asyncio.sleep(0.01)
                assert now == kept + expansion.CHUNK, "the next start went on where the last one ended"
                kept = now
    async with ledgers.opened(url) as ledger:
        await ledger.catch_up()
        told = [(await ledger.read(last_known, name))["prediction_id"] for name in names(900)]
        assert await ledger.read(ledgers.count, "expansion") == 0
    place = {name: index for index, name in enumerate(shuffled(names(900)))}
    assert told == [f"{entry.id}.{place[name]}" for name in names(900)]


@pytest.mark.parametrize("segment", [400, 450])
async def test_a_batch_longer_than_a_segment_is_expanded_to_its_last_row(url, monkeypatch, segment):
    monkeypatch.setattr(expansion, "SEGMENT", segment)
    async with ledgers.opened(url) as ledger:
        await ledger.put(Write(ledgers.batch(names(1000))))
        async with asyncio.timeout(20):
            await ledger.catch_up()
        assert await ledger.read(ledgers.count, "score") == 1000


def shuffled(ids):
    return random.Random(3).sample(ids, len(ids))


def torn_after_writing(real=expansion.advance):
    done = []

    def advance(connection, batch):
        if done and done[0] != batch.done:
            raise OSError("torn")
        done.append(batch.done)
        return real(connection, batch)

    return advance


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
async def test_the_newest_score_stands_whatever_is_expanded_first(url, order):
    first = ledgers.batch(["a", "b", "a"], 0.1)
    single = ledgers.record("a", 0.2, at=first.at + 1)
    last = ledgers.batch(["b"], 0.3, at=first.at + 2)
    async with ledgers.opened(url) as ledger:
        for place in order:
            await ledger.put(Write((first, single, last)[place]))
            await ledger.catch_up()
        found = [(await ledger.read(last_known, name))["probability"] for name in "ab"]
    assert found == [0.2, 0.3]


async def test_of_two_rows_of_one_customer_the_later_row_stands(url):
    entry = ledgers.batch(["a", "a"])
    async with ledgers.opened(url) as ledger:
        await ledger.put(Write(entry))
        await ledger.catch_up()
        assert (await ledger.read(last_known, "a"))["prediction_id"] == f"{entry.id}.1"


async def test_batches_are_expanded_though_singles_never_stop(url, monkeypatch):
    monkeypatch.setattr(writer, "LAG", 0.01)
    async with ledgers.opened(url) as ledger:
        await ledger.put(Write(ledgers.batch(names(1200))))
        busy = [asyncio.create_task(keep_busy(ledger)) for _ in range(8)]
        async with asyncio.timeout(20):
            while await ledger.read(ledgers.count, "expansion"):
                await asyncio.sleep(0.02)
        for one in busy:
            one.cancel()


async def keep_busy(ledger):
    while True:
        await ledger.put(Write(ledgers.record("busy")))


async def test_a_torn_batch_holds_up_no_other(url, caplog):
    torn = ledgers.batch(names(2), results=orjson.dumps([[0, {}], [1, {}]]))
    async with ledgers.opened(url) as ledger:
        await ledger.put(Write(torn))
        await ledger.put(Write(ledgers.batch(names(3))))
        await ledger.catch_up()
        assert await ledger.read(ledgers.count, "score") == 3
        assert ledger.state["ok"]
    assert f"batch {torn.id} cannot be expanded" in caplog.text


async def test_two_processes_expand_one_batch_once(url):
    async with ledgers.opened(url) as one, ledgers.opened(url) as two:
        await asyncio.gather(*(one.put(Write(ledgers.batch(names(600, 600 * number)))) for number in range(3)))
        await asyncio.gather(one.catch_up(), two.catch_up())
        assert await two.read(ledgers.count, "score") == 1800
        assert await two.read(ledgers.count, "expansion") == 0


async def test_a_key_replays_a_batch_without_a_second_record(url):
    async with ledgers.opened(url) as ledger:
        await ledger.put(ledgers.keyed(ledgers.batch(names(3))))
        kept = await ledger.put(ledgers.keyed(ledgers.batch(names(3)), body=b"second"))
        await ledger.catch_up()
        assert kept.body == b"{}"
        assert await ledger.read(ledgers.count, "record") == 1
        assert await ledger.read(ledgers.count, "score") == 3
