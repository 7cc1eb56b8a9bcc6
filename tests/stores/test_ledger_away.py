"""The database away, full, locked or gone: refused in plain words, nothing lost, and written again by itself."""

import asyncio
import os
import shutil
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, text

import ledgers
from churn.errors import LedgerError, LedgerFull
from churn.stores.ledger import database, expansion, writer
from churn.stores.ledger.entries import Write
from churn.stores.ledger.tables import record

NOBODY = 65534


@pytest.fixture
def file(tmp_path):
    return tmp_path / "ledger.db"


async def refused(ledger, words):
    with pytest.raises(LedgerError, match=words):
        await ledger.put(Write(ledgers.record()))
    assert not ledger.state["ok"]


async def recovered(ledger):
    assert await ledger.put(Write(ledgers.record())) is None
    assert ledger.state["ok"]
    assert ledger.state["words"] == "writing"


async def test_a_file_locked_by_another_process_is_said_and_waited_out(file, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    async with ledgers.opened(f"sqlite:///{file}") as ledger:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await refused(ledger, "another process has held the ledger's file for too long")
        await recovered(ledger)


async def test_a_full_disk_is_said_and_waited_out(file):
    async with ledgers.opened(f"sqlite:///{file}") as ledger:
        await ledger.do(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count=1"))
        big = ledgers.record(results=b"[" + b"1," * 500_000 + b"1]")
        with pytest.raises(LedgerError, match="the disk is full; make room"):
            await ledger.put(Write(big))
        await recovered(ledger)
        assert await ledger.read(ledgers.count, "record") == 1


async def test_a_deleted_file_is_noticed_before_anything_is_acknowledged(file, tmp_path):
    async with ledgers.opened(f"sqlite:///{file}") as ledger:
        await recovered(ledger)
        file.rename(tmp_path / "aside")
        await refused(ledger, "ledger.db was deleted or replaced while it was in use|No such file")
        await refused(ledger, "cannot be opened; put it back")
        assert not file.exists()
        (tmp_path / "aside").rename(file)
        await recovered(ledger)


async def test_a_deleted_log_is_noticed_before_anything_is_acknowledged(file):
    async with ledgers.opened(f"sqlite:///{file}") as ledger:
        await recovered(ledger)
        Path(f"{file}-wal").unlink()
        with pytest.raises(LedgerError):
            await ledger.put(Write(ledgers.record()))
        await recovered(ledger)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody; others meet this by chmod alone")
@pytest.mark.parametrize(
    ("owner", "mode", "words"),
    [
        (0, 0o600, "read or written by this user"),
        (0, 0o644, "or its folder, may not be written"),
        (NOBODY, 0o600, "or its folder, may not be written"),
    ],
)
async def test_a_file_that_may_not_be_written_is_said(owner, mode, words):
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    try:
        async with ledgers.opened(f"sqlite:///{folder}/ledger.db"):
            pass
        (folder / "ledger.db").chmod(mode)
        os.chown(folder / "ledger.db", owner, -1)
        os.seteuid(NOBODY)
        with pytest.raises(LedgerError, match=rf"{words}; correct (its )?owner and permissions"):
            async with ledgers.opened(f"sqlite:///{folder}/ledger.db"):
                pass
    finally:
        os.seteuid(0)
        shutil.rmtree(folder)


async def test_a_lost_session_costs_nobody_anything(postgres):
    async with ledgers.opened(postgres.emptied()) as ledger, ledgers.opened(postgres.url()) as other:
        for _ in range(3):
            pid = await ledger.do(lambda connection: connection.exec_driver_sql("SELECT pg_backend_pid()").scalar())
            await other.do(lambda connection, pid=pid: connection.execute(text(f"SELECT pg_terminate_backend({pid})")))
            await recovered(ledger)
        assert await other.read(ledgers.count, "record") == 3


async def write_on(ledger, acknowledged, refusals):
    while True:
        entry = ledgers.record("a")
        try:
            await ledger.put(Write(entry))
        except LedgerFull:
            raise
        except LedgerError as fault:
            refusals.append(str(fault))
        else:
            acknowledged.append(entry.id)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_postgresql_stopped_and_started_loses_nothing_acknowledged(own_postgres, mode):
    acknowledged, refusals = [], []
    async with ledgers.opened(own_postgres.url(), queue=50) as ledger:
        writing = [asyncio.create_task(write_on(ledger, acknowledged, refusals)) for _ in range(20)]
        for _ in range(2):
            await until(lambda: len(acknowledged) > 100)
            await asyncio.to_thread(own_postgres.stop, mode)
            refusals.clear()
            await until(lambda: len(refusals) > 20)
            assert ledger.state["queue"] <= 20
            await asyncio.to_thread(own_postgres.start)
            before = len(acknowledged)
            await until(lambda before=before: len(acknowledged) > before + 100)
        for one in writing:
            one.cancel()
        await asyncio.gather(*writing, return_exceptions=True)
        assert all(one.cancelled() for one in writing)
        kept = await ledger.read(lambda connection: set(connection.scalars(select(record.c.id))))
    assert set(acknowledged) <= kept
    assert "127.0.0.1" not in str(refusals)


async def until(holds, seconds=30.0):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to pass"
        await asyncio.sleep(0.01)


async def test_an_idle_ledger_notices_that_the_database_is_away_and_there_again(own_postgres, monkeypatch):
    """A balancer sends nothing to a worker that is not ready: without a look of its own it would never be again."""
    monkeypatch.setattr(writer, "IDLE", 0.05)
    async with ledgers.opened(own_postgres.url()) as ledger:
        await asyncio.to_thread(own_postgres.stop)
        await until(lambda: not ledger.state["ok"])
        await asyncio.to_thread(own_postgres.start)
        await until(lambda: ledger.state["ok"])


async def test_a_batch_is_expanded_when_the_database_is_there_again(own_postgres, monkeypatch):
    monkeypatch.setattr(expansion, "CHUNK", 5)
    async with ledgers.opened(own_postgres.url()) as ledger:
        await ledger.put(Write(ledgers.batch([f"c{number}" for number in range(2000)])))
        await asyncio.to_thread(own_postgres.stop, "immediate")
        await until(lambda: not ledger.state["ok"])
        await asyncio.to_thread(own_postgres.start)
        await until(lambda: ledger.state["ok"])
        while await ledger.read(ledgers.count, "expansion"):
            await asyncio.sleep(0.05)
        assert await ledger.read(ledgers.count, "score") == 2000


async def test_a_queue_stays_bounded_while_the_database_is_away(own_postgres):
    async with ledgers.opened(own_postgres.url(), queue=10) as ledger:
        await asyncio.to_thread(own_postgres.stop)
        said = await asyncio.gather(*(ledger.put(Write(ledgers.record())) for _ in range(30)), return_exceptions=True)
        assert [type(one) for one in said].count(LedgerFull) == 20
        assert [type(one) for one in said].count(LedgerError) == 10
        with pytest.raises(LedgerError):
            await ledger.read(ledgers.count, "record")
        started = time.monotonic()
        await ledger.close()
        assert time.monotonic() - started < 5
