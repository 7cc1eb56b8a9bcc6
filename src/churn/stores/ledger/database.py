"""Connections to the ledger's database that keep what they acknowledge."""

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool, QueuePool

from churn.errors import LedgerError
from churn.stores.ledger import lots

PRIVATE = 0o600
"""Customers stand in the file; SQLite gives its logs the same mode."""
BUSY_SECONDS, BUSY_PAUSE = 5.0, 0.001
READERS = 4
CHECKPOINT_PAGES = 4000
"""Pages of the write-ahead log after which SQLite copies them home: about 16 MB, so that few groups wait for it."""
DURABLE = {"synchronous_commit": "on", "lock_timeout": "5s", "client_encoding": "utf8", "timezone": "utc"}
READING = {"default_transaction_read_only": "on", "statement_timeout": "30s", "timezone": "utc"}
PATIENCE = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "tcp_user_timeout": 10_000}


def located(url: str) -> URL:
    """Read the ledger's address. Raises LedgerError."""
    try:
        address = make_url(url)
    except ArgumentError as fault:
        raise LedgerError("CHURN_DATABASE_URL is no database URL; sqlite:///path or postgresql://host/name") from fault
    kind = address.drivername.partition("+")[0]
    if kind in {"postgresql", "postgres"}:
        return address.set(drivername="postgresql+psycopg")
    if kind != "sqlite":
        raise LedgerError(f"CHURN_DATABASE_URL: {kind} keeps no ledger; sqlite:///path or postgresql://host/name")
    if not address.database or ":memory:" in address.database or "mode=memory" in url:
        raise LedgerError("CHURN_DATABASE_URL: a ledger in memory loses what it acknowledged; name a file")
    return address.set(drivername="sqlite", database=str(Path(address.database.removeprefix("file:")).absolute()))


def file_of(url: URL) -> Path | None:
    """Name the file of an embedded ledger."""
    return Path(url.database or "") if url.drivername == "sqlite" else None


def must_exist(url: str) -> None:
    """Refuse an embedded ledger that is not there, where no new one is meant. Raises LedgerError."""
    file = file_of(located(url))
    if file is not None and not file.exists():
        raise LedgerError(f"no ledger at {file}; run this in the project's top folder or set CHURN_DATABASE_URL")


def writing(url: URL, *, create: bool = False) -> Engine:
    """Make the engine of a writer: each commit is on the disk when it returns. `create` makes the file of SQLite."""
    file = file_of(url)
    if file is None:
        return _postgresql(url, DURABLE, poolclass=NullPool)
    if create:
        _make(file)
    engine = create_engine("sqlite://", creator=_opener(file, "rwc" if create else "rw", _keep), poolclass=NullPool)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _make(file: Path) -> None:
    """Make an empty file that only its owner reads. Raises LedgerError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(PRIVATE)
    except OSError as refused:
        raise LedgerError(
            f"{file} cannot be made or written ({refused.strerror}); correct owner and permissions"
        ) from refused


def reading(url: URL) -> Engine:
    """Make the engine of readers, who can change nothing."""
    file = file_of(url)
    sizes: dict[str, Any] = {"poolclass": QueuePool, "pool_size": READERS, "max_overflow": 0}
    if file is None:
        return _postgresql(url, READING, pool_pre_ping=True, **sizes)
    engine = create_engine("sqlite://", creator=_opener(file, "rw", _look), **sizes)
    event.listen(engine, "begin", _begin)
    return engine


def check_durable(connection: Connection) -> None:
    """Refuse a connection whose commits may be lost. Raises LedgerError."""
    sqlite = connection.dialect.name == "sqlite"
    asked = ("PRAGMA journal_mode", "PRAGMA synchronous") if sqlite else ("SHOW fsync", "SHOW synchronous_commit")
    found = [str(connection.exec_driver_sql(question).scalar()) for question in asked]
    connection.rollback()
    if sqlite and found != ["wal", "2"]:
        raise LedgerError(
            f"SQLite gave journal_mode={found[0]}, synchronous={found[1]}, not wal and 2 (FULL): "
            "the file system keeps no shared memory; put the ledger on a local disk"
        )
    if not sqlite and (found[0] != "on" or found[1] not in {"on", "remote_apply"}):
        raise LedgerError(
            f"PostgreSQL runs with fsync={found[0]}, synchronous_commit={found[1]}: "
            "a power cut would lose answers that were given; switch both on"
        )


def identity(file: Path | None) -> tuple[int, ...]:
    """Tell the file at the ledger's path, and its log, from others that may take their place. Raises OSError."""
    return () if file is None else (os.stat(file).st_ino, os.stat(f"{file}-wal").st_ino)  # noqa: PTH116 done for each group


def settle(file: Path | None) -> None:
    """Copy the log into its file and empty it. Raises sqlite3.Error."""
    if file is not None:
        with closing(_opener(file, "rw", _keep)()) as connection:
            connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000:.0f}")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _postgresql(url: URL, session: dict[str, str], **pool: Any) -> Engine:
    """Make an engine whose sessions have our settings; what the address itself says of connecting is kept."""
    ours = " ".join(f"-c {name}={value}" for name, value in session.items())
    patience = {name: value for name, value in PATIENCE.items() if name not in url.query}
    options = f"{url.query.get('options', '')} {ours}".strip()
    return create_engine(url, connect_args={"application_name": "churn", **patience, "options": options}, **pool)


def _opener(file: Path, mode: str, prepare: Callable[[sqlite3.Connection], None]) -> Callable[[], sqlite3.Connection]:
    def opened() -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                f"file:{quote(str(file))}?mode={mode}", uri=True, timeout=BUSY_SECONDS, isolation_level=None,
                check_same_thread=False,
            )  # fmt: skip
        except sqlite3.OperationalError as fault:
            _explain(file, fault)
            raise
        try:
            prepare(connection)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    return opened


def _explain(file: Path, fault: sqlite3.OperationalError) -> None:
    """Tell a file that another user keeps from one that is not there: SQLite says the same of both."""
    try:
        with file.open("rb+"):
            return
    except PermissionError as refused:
        raise sqlite3.OperationalError(f"permission denied: {fault}") from refused
    except OSError:
        return


def _keep(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
    connection.execute("PRAGMA cache_size=-16000")
    connection.execute("PRAGMA busy_timeout=0")  # from here on we wait ourselves


def _look(connection: sqlite3.Connection) -> None:
    connection.create_function("lot", 1, lots.drawn, deterministic=True)
    connection.execute("PRAGMA query_only=ON")
    connection.execute("PRAGMA cache_size=-8000")


def _begin_immediate(connection: Connection) -> None:
    """Begin as the one writer of the file, asking often: SQLite's own wait grows to a tenth of a second a try."""
    driver, until = connection.connection.driver_connection, time.monotonic() + BUSY_SECONDS
    while driver is not None and time.monotonic() < until:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                break
            time.sleep(BUSY_PAUSE)
        else:
            return
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
