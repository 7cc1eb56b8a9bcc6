"""Databases copied while somebody writes, and brought back whole."""

import asyncio
import os
import sqlite3
import threading

import pytest

import ledgers
from churn.stores.backup import databases, postgresql
from churn.stores.backup.databases import BackupError
from churn.stores.backup.postgresql import PostgresqlFault
from churn.stores.ledger.entries import Write
from postgres import started


@pytest.fixture(scope="module")
def server():
    with started() as running, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{running.programs}{os.pathsep}{os.environ['PATH']}")
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def source(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.db"
    return request.getfixturevalue("server").emptied()


@pytest.fixture
def target(source, tmp_path):
    """Give the address of a place for a copy, where nothing is."""
    if source.startswith("sqlite"):
        return f"sqlite:///{tmp_path}/again.db"
    import psycopg

    with psycopg.connect(source, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS again")
        connection.execute("CREATE DATABASE again")
    return source.replace("/postgres?", "/again?")


def written(source, records):
    async def write():
        async with ledgers.opened(source) as ledger:
            for one in records:
                await ledger.put(Write(one))
            await ledger.catch_up()  # no row of a batch is written later, when somebody looks

    asyncio.run(write())


def held(address):
    async def look():
        async with ledgers.opened(address) as ledger:
            tables = await ledger.read(ledgers.everything)
            return {name: sorted(map(tuple, rows), key=repr) for name, rows in tables.items()}

    return asyncio.run(look())


def test_what_comes_back_is_every_row_of_every_table(source, target, tmp_path):
    written(source, [ledgers.record(f"C-{n}") for n in range(20)] + [ledgers.batch(["A", "B", None])])
    databases.dump(source, tmp_path / "copy")
    databases.load(tmp_path / "copy", target)
    assert held(target) == held(source)


def test_a_copy_under_writing_is_of_one_moment(source, target, tmp_path):
    """A record and its score are written together: a copy never holds the one without the other."""
    written(source, [ledgers.record("first")])
    writing = threading.Thread(target=written, args=(source, [ledgers.record(f"C-{n}") for n in range(300)]))
    writing.start()
    databases.dump(source, tmp_path / "copy")
    writing.join()
    databases.load(tmp_path / "copy", target)
    tables = held(target)
    assert 1 <= len(tables["record"]) <= 301
    assert {one[0] for one in tables["record"]} == {one[0] for one in tables["score"]}


def test_a_database_that_is_there_stays_as_it_is(source, tmp_path):
    written(source, [ledgers.record()])
    databases.dump(source, tmp_path / "copy")
    written(source, [ledgers.record()])
    with pytest.raises((BackupError, PostgresqlFault), match=r"is there already|already exists"):
        databases.load(tmp_path / "copy", source)
    assert len(held(source)["record"]) == 2


def test_nobody_else_may_read_a_ledger_nor_one_that_came_back(tmp_path):
    written(f"sqlite:///{tmp_path}/ledger.db", [ledgers.record()])
    databases.dump(f"sqlite:///{tmp_path}/ledger.db", tmp_path / "copy")
    databases.load(tmp_path / "copy", f"sqlite:///{tmp_path}/again.db")
    assert [(tmp_path / name).stat().st_mode & 0o077 for name in ("ledger.db", "again.db")] == [0, 0]


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
def test_a_log_that_was_left_behind_is_not_played_into_what_comes_back(tmp_path, ending):
    """A killed service leaves its last writes in a log, and SQLite would put them over the restored rows."""
    source = f"sqlite:///{tmp_path}/ledger.db"
    written(source, [ledgers.record()])
    databases.dump(source, tmp_path / "copy")
    (tmp_path / f"again.db{ending}").write_bytes(b"the last writes")
    with pytest.raises(BackupError, match=f"again.db{ending} is there already"):
        databases.load(tmp_path / "copy", f"sqlite:///{tmp_path}/again.db")
    assert not (tmp_path / "again.db").exists()


def test_a_damaged_database_is_no_backup(tmp_path):
    file = tmp_path / "hurt.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE t (x TEXT)")
        connection.executemany("INSERT INTO t VALUES (?)", [(f"{n:0500}",) for n in range(200)])
        connection.execute("CREATE INDEX i ON t (x)")
    connection.close()
    content = bytearray(file.read_bytes())
    content[8192:12288] = os.urandom(4096)
    file.write_bytes(content)
    with pytest.raises(BackupError, match="is damaged"):
        databases.dump(f"sqlite:///{file}", tmp_path / "copy")


def test_no_password_is_shown(monkeypatch, tmp_path):
    address = "postgresql+psycopg://churn:hush%40@db.example:5432/churn?sslmode=require"
    assert postgresql.without_password(address) == "postgresql+psycopg://churn@db.example:5432/churn?sslmode=require"
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PostgresqlFault, match="pg_dump is not here"):
        databases.dump(address, tmp_path / "copy")


@pytest.mark.parametrize("address", ["mysql://host/x", "http://mlflow:5000"])
def test_other_databases_are_refused(address, tmp_path):
    with pytest.raises(BackupError, match="is no database"):
        databases.dump(address, tmp_path / "copy")
