"""What is acknowledged is on the disk: asked of the writer, of the system, and of processes that were killed."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

import ledger_child
import ledgers
from churn.errors import LedgerError
from churn.stores.ledger import database, revision
from churn.stores.ledger.entries import Write
from churn.stores.ledger.tables import answer, record

CHILD = [sys.executable, str(Path(ledger_child.__file__))]
STRACE = shutil.which("strace")


def child(*words, before=()):
    surroundings = {**os.environ, "PYTHONPATH": str(Path(ledger_child.__file__).parent)}
    return subprocess.Popen([*before, *CHILD, *words], stdout=subprocess.PIPE, text=True, env=surroundings)


async def test_the_writers_own_sqlite_connection_syncs_each_commit(tmp_path):
    async with ledgers.opened(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        assert await ledger.do(lambda connection: connection.exec_driver_sql("PRAGMA synchronous").scalar()) == 2
        assert await ledger.do(lambda connection: connection.exec_driver_sql("PRAGMA journal_mode").scalar()) == "wal"


async def test_the_writers_own_postgresql_session_syncs_each_commit(postgres):
    async with ledgers.opened(postgres.emptied() + "&options=-csynchronous_commit%3Doff") as ledger:
        assert await ledger.do(lambda connection: connection.exec_driver_sql("SHOW fsync").scalar()) == "on"
        assert (
            await ledger.do(lambda connection: connection.exec_driver_sql("SHOW synchronous_commit").scalar()) == "on"
        )


@pytest.mark.parametrize("synchronous", ["OFF", "NORMAL"])
async def test_a_sqlite_connection_that_does_not_sync_is_refused(tmp_path, monkeypatch, synchronous):
    keep = database._keep
    monkeypatch.setattr(database, "_keep", lambda one: (keep(one), one.execute(f"PRAGMA synchronous={synchronous}")))
    with pytest.raises(LedgerError, match=r"not wal and 2 \(FULL\)"):
        async with ledgers.opened(f"sqlite:///{tmp_path}/ledger.db"):
            pass


async def test_a_postgresql_that_does_not_fsync_is_refused(own_postgres):
    own_postgres.stop()
    own_postgres.start("-c fsync=off")
    with pytest.raises(LedgerError, match=r"fsync=off, .*a power cut would lose answers that were given"):
        async with ledgers.opened(own_postgres.url()):
            pass


def unsynced(tmp_path, synchronous):
    """Trace a process that writes twenty groups, and count those acknowledged with no sync of the log before."""
    assert STRACE, "install strace (Debian's package `strace`): it shows whether the disk was asked to sync"
    url, told = f"sqlite:///{tmp_path}/ledger.db", tmp_path / "trace"
    revision.migrate(url)
    trace = [STRACE, "-f", "-y", "-e", "trace=write,fsync,fdatasync", "-o", str(told)]
    process = child("groups", url, synchronous, before=trace)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert said.count("acknowledged") == 20
    return sum(not synced(told.read_text(), number) for number in range(20))


def synced(trace, number):
    """Tell whether a sync of the write-ahead log was asked for and ended between a group's asking and its answer."""
    asked = trace.index(f'"asked {number}\\n"')
    between = trace[asked : trace.index(f'"acknowledged {number}\\n"', asked)]
    begun = re.search(r"f(data)?sync\(\d+<[^>]*ledger\.db-wal>", between)
    return bool(begun) and bool(re.search(r"(sync\([^)]*\)|sync resumed>\)?)\s*= 0", between[begun.start() :]))


def test_the_log_is_synced_before_each_groups_answers(tmp_path):
    assert unsynced(tmp_path, "FULL") == 0


def test_the_same_look_notices_when_syncing_is_switched_off(tmp_path):
    assert unsynced(tmp_path, "OFF") >= 19


@pytest.mark.parametrize("clients", ["1", "16"])
async def test_a_killed_process_has_written_all_that_it_acknowledged(url, clients):
    revision.migrate(url)
    acknowledged = []
    for _ in range(3):
        with child("forever", url, clients) as process:
            acknowledged += [process.stdout.readline().strip() for _ in range(200)]
            process.send_signal(signal.SIGKILL)
            acknowledged += [line.strip() for line in process.stdout if line.endswith("\n")]
    async with ledgers.opened(url) as ledger:
        await ledger.catch_up()
        kept = await ledger.read(lambda connection: set(connection.scalars(select(record.c.id))))
        claimed = await ledger.read(lambda connection: connection.scalars(select(answer.c.record)).all())
        assert await ledger.put(Write(ledgers.record())) is None
    assert len(acknowledged) >= 600
    assert set(acknowledged) <= kept
    assert set(claimed) <= kept


def test_two_processes_with_the_same_keys_write_each_once(url):
    revision.migrate(url)
    both = [child("keys", url) for _ in range(2)]
    told = [process.communicate(timeout=60)[0].splitlines() for process in both]
    assert told[0] == told[1]
    assert len(told[0]) == 50
    with database.writing(database.located(url)).connect() as connection:
        assert ledgers.count(connection, "record") == ledgers.count(connection, "answer") == 50
