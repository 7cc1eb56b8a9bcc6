"""The writing connection: made anew when it died, and left alone for a while when the database is away."""

import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from churn.errors import ChurnError, LedgerError
from churn.stores.ledger import database, faults
from churn.stores.ledger.group import NotTogether, Waiting, fill, fill_one_by_one

ATTEMPTS = 3
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0


class Link:
    """Holds the writing connection; used by one thread."""

    def __init__(self, engine: Engine, file: Path | None) -> None:
        self.fault: str | None = None
        self.last_commit = 0.0
        self._engine, self._file = engine, file
        self._connection: Connection | None = None
        self._identity: tuple[int, ...] = ()
        self._pause = 0.0

    def connection(self) -> Connection:
        """Give the connection, made anew where there is none; its commits are durable."""
        if self._connection is None:
            time.sleep(self._pause)
            connection = self._engine.connect()
            try:
                database.check_durable(connection)
                self._identity = database.identity(self._file)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def write(self, group: Sequence[Waiting]) -> None:
        """Commit a group; begin again where the connection had died before, or lost to another writer.

        Raises what the database raises; then nothing may be acknowledged.
        """
        for attempt in range(1, ATTEMPTS + 1):
            fresh = self._connection is None
            connection = self.connection()
            try:
                _fill(connection, group)
            except SQLAlchemyError as fault:
                lost = faults.is_lost(fault)
                if lost:
                    self.drop()
                if attempt == ATTEMPTS or not (faults.is_again(fault) or (lost and not fresh)):
                    raise
            else:
                self.finish(connection)
                return

    def finish(self, connection: Connection) -> None:
        """Commit. What fails from here on is not tried again, for it may have been written. Raises LedgerError."""
        started = time.perf_counter()
        connection.commit()
        self.well()
        self.last_commit = time.perf_counter() - started

    def well(self) -> None:
        """Note that the database answers. Raises LedgerError, where its file is no longer the one that we hold."""
        if database.identity(self._file) != self._identity:
            raise LedgerError(f"{self._file} was deleted or replaced while it was in use; put it back, or start anew")
        self.fault, self._pause = None, 0.0

    def failed(self, fault: BaseException) -> LedgerError:
        """Note that the database is away, and say so."""
        self.fault = str(fault) if isinstance(fault, ChurnError) else faults.plain(fault)
        self._pause = min(max(self._pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
        self.drop()
        return LedgerError(f"nothing was acknowledged: {self.fault}")

    def drop(self) -> None:
        """Close the connection, in whatever state it is."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):
                connection.invalidate()
            with suppress(Exception):
                connection.close()


def _fill(connection: Connection, group: Sequence[Waiting]) -> None:
    """Begin, and write a group; what is wrong with one member is that member's alone."""
    connection.rollback()
    connection.begin()
    try:
        fill(connection, group)
    except NotTogether:
        connection.rollback()
        connection.begin()
        fill_one_by_one(connection, group)
