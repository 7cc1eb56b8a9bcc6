"""The one thread that writes: it takes what waits, commits it as a group, and only then lets the answers go."""

import asyncio
import threading
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from churn.errors import ChurnError, LedgerError
from churn.stores.ledger import database, expansion, faults
from churn.stores.ledger.expansion import Batch
from churn.stores.ledger.group import NotTogether, Waiting, fill, fill_one_by_one

GROUP = 512
ATTEMPTS = 3
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0
LAG = 0.05
"""Seconds after which a batch is expanded further although others wait."""


class Writer(threading.Thread):
    """Owns the writing connection."""

    def __init__(self, engine: Engine, file: Path | None, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(name="ledger", daemon=True)
        self.queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self.fault: str | None = None
        self.last_commit = 0.0
        self._engine, self._file, self._loop = engine, file, loop
        self._connection: Connection | None = None
        self._identity: tuple[int, ...] = ()
        self._pause = 0.0
        self._unexpanded: deque[str] = deque()
        self._batch: Batch | None = None
        self._expanded_at = 0.0
        self._catching: list[Waiting] = []
        self._leaving = False

    def run(self) -> None:
        """Write until asked to leave and nothing waits."""
        self._seek()
        while True:
            group = self._take()
            if group:
                self._settle(group)
            elif self._leaving:
                break
            if self._work and (not group or self._catching or time.monotonic() - self._expanded_at > LAG):
                self._expand()
        self._drop()

    @property
    def _work(self) -> bool:
        return bool(self._unexpanded or self._batch or self._catching)

    def _take(self) -> list[Waiting]:
        """Take what waits; wait for something only when nothing else is left to do."""
        group: list[Waiting] = []
        with suppress(Empty):
            if not self._work and not self._leaving:
                self._sort(self.queue.get(), group)
            while len(group) < GROUP:
                self._sort(self.queue.get_nowait(), group)
        return group

    def _sort(self, one: Waiting | None, group: list[Waiting]) -> None:
        if one is None:
            self._leaving = True
        elif one.write is None and one.deed is None:
            self._catching.append(one)
            self._unexpanded.clear()
        else:
            group.append(one)

    def _settle(self, group: list[Waiting]) -> None:
        """Commit a group, then answer those who wait."""
        try:
            self._commit(group)
        except (SQLAlchemyError, OSError, ChurnError) as fault:
            self._away(fault)
            for one in group:
                one.result, one.fault = None, LedgerError(f"nothing was written: {self.fault}")
        except BaseException as fault:  # noqa: BLE001 whoever waits must hear of it, whatever it is
            self._away(fault)
            for one in group:
                one.fault = LedgerError(f"nothing was written: {type(fault).__name__}")
        else:
            self._unexpanded.extend(one.write.record.id for one in group if one.batch and one.result is None)  # type: ignore[union-attr]
        self._answer(group)

    def _answer(self, group: list[Waiting]) -> None:
        with suppress(RuntimeError):  # the loop has closed: nobody waits
            self._loop.call_soon_threadsafe(release, group)

    def _commit(self, group: list[Waiting]) -> None:
        """Write a group, again on a new connection where the old one had died or lost to another writer."""
        for attempt in range(1, ATTEMPTS + 1):
            fresh = self._connection is None
            connection = self._connected()
            try:
                self._fill(connection, group)
            except SQLAlchemyError as fault:
                lost = faults.is_lost(fault)
                if lost:
                    self._drop()
                if attempt == ATTEMPTS or not (faults.is_again(fault) or (lost and not fresh)):
                    raise
            else:
                self._finish(connection)
                return

    @staticmethod
    def _fill(connection: Connection, group: list[Waiting]) -> None:
        """Begin, and write a group; what is wrong with one member is that member's alone."""
        connection.rollback()
        connection.begin()
        try:
            fill(connection, group)
        except NotTogether:
            connection.rollback()
            connection.begin()
            fill_one_by_one(connection, group)

    def _finish(self, connection: Connection) -> None:
        """Commit; what fails from here on is not tried again, for it may have been written."""
        started = time.perf_counter()
        connection.commit()
        if database.identity(self._file) != self._identity:
            raise LedgerError(f"{self._file} was deleted or replaced while it was in use; put it back")
        self.last_commit = time.perf_counter() - started
        self.fault, self._pause = None, 0.0

    def _connected(self) -> Connection:
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

    def _away(self, fault: BaseException) -> None:
        self.fault = str(fault) if isinstance(fault, ChurnError) else faults.plain(fault)
        self._pause = min(max(self._pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
        self._batch = None
        self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(Exception):
                self._connection.invalidate()
            with suppress(Exception):
                self._connection.close()
        self._connection = None

    def _seek(self) -> None:
        """Look for batches that were left unexpanded."""
        try:
            with self._connected().begin():
                self._unexpanded.extend(expansion.waiting(self._connected()))
        except (SQLAlchemyError, OSError, ChurnError) as fault:
            self._away(fault)

    def _expand(self) -> None:
        """Expand some rows of a batch."""
        try:
            connection = self._connected()
            with connection.begin():
                self._advance(connection)
        except (SQLAlchemyError, OSError, ChurnError) as fault:
            self._away(fault)
            self._give_up(LedgerError(f"batches could not be expanded: {self.fault}"))
        self._expanded_at = time.monotonic()

    def _advance(self, connection: Connection) -> None:
        if self._batch is None and not self._unexpanded and self._catching:
            self._unexpanded.extend(expansion.waiting(connection))
            if not self._unexpanded:
                self._give_up(None)
        if self._batch is None and self._unexpanded:
            self._batch = expansion.begin(connection, self._unexpanded.popleft())
        if self._batch is not None and not expansion.advance(connection, self._batch):
            self._batch = None

    def _give_up(self, fault: LedgerError | None) -> None:
        for one in self._catching:
            one.fault = fault
        self._answer(self._catching)
        self._catching = []


def release(group: list[Waiting]) -> None:
    """Let the answers of a group go."""
    for one in group:
        if one.future.done():
            continue
        if one.fault is not None:
            one.future.set_exception(one.fault)
        else:
            one.future.set_result(one.result)
