"""Those who wait for the ledger: not too many, each answered, nobody held up."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import select

import ledgers
from churn.errors import LedgerError, LedgerFull
from churn.stores.ledger import database
from churn.stores.ledger.entries import Write
from churn.stores.ledger.tables import latest, record, score


async def test_those_who_wait_share_commits_and_each_is_kept(url):
    entries = [ledgers.record(f"c{number % 50}") for number in range(300)]
    async with ledgers.opened(url) as ledger:
        await asyncio.gather(*(ledger.put(Write(entry)) for entry in entries))
        kept = await ledger.read(lambda connection: set(connection.scalars(select(record.c.id))))
        scored = await ledger.read(lambda connection: set(connection.scalars(select(score.c.record))))
        newest = await ledger.read(
            lambda connection: dict(connection.execute(select(latest.c.customer, latest.c.record)).all())
        )
    assert kept == scored == {entry.id for entry in entries}
    wanted = {}
    for entry in sorted(entries, key=lambda one: (one.at, one.id)):
        wanted[entry.customer] = entry.id
    assert newest == wanted


async def test_a_full_queue_refuses_at_once_and_recovers(url):
    async with ledgers.opened(url, queue=5) as ledger:
        said = await asyncio.gather(
            *(ledger.put(Write(ledgers.record(f"c{number}"))) for number in range(12)), return_exceptions=True
        )
        assert await ledger.put(Write(ledgers.record("later"))) is None
        assert await ledger.read(ledgers.count, "record") == 6
    assert said[:5] == [None] * 5
    assert {type(one) for one in said[5:]} == {LedgerFull}


async def test_what_was_accepted_is_written_before_the_ledger_closes(url):
    async with ledgers.opened(url) as ledger:
        puts = [asyncio.create_task(ledger.put(Write(ledgers.record(f"c{number}")))) for number in range(100)]
        await asyncio.sleep(0)
        await ledger.close()
        assert await asyncio.gather(*puts) == [None] * 100
        with pytest.raises(LedgerError, match="not open"):
            await ledger.put(Write(ledgers.record()))
    async with ledgers.opened(url) as again:
        assert await again.read(ledgers.count, "record") == 100


async def test_a_waiter_who_gave_up_does_not_hold_up_others(url):
    async with ledgers.opened(url) as ledger:
        gone = asyncio.create_task(ledger.put(Write(ledgers.record("gone"))))
        await asyncio.sleep(0)
        gone.cancel()
        assert await ledger.put(Write(ledgers.record("here"))) is None
        assert ledger.state["queue"] == 0


async def test_those_who_gave_up_count_as_waiting_until_the_writer_comes_by(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 1.0)
    async with ledgers.opened(f"sqlite:///{tmp_path}/ledger.db", queue=5) as ledger:
        with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            gone = [asyncio.create_task(ledger.put(Write(ledgers.record("gone")))) for _ in range(5)]
            await asyncio.sleep(0.05)
            for one in gone:
                one.cancel()
            await asyncio.gather(*gone, return_exceptions=True)
            with pytest.raises(LedgerFull):
                await ledger.put(Write(ledgers.record("here")))
        async with asyncio.timeout(5):
            while ledger.state["queue"]:
                await asyncio.sleep(0.01)
        assert await ledger.put(Write(ledgers.record("here"))) is None
