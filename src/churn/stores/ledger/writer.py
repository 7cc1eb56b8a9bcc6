"""The one thread that writes: it takes what waits, commits it as a group, and only then lets the answers go."""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue

from sqlalchemy import Connection

from churn.stores.ledger import expansion, faults
from churn.stores.ledger.expansion import Batch
from churn.stores.ledger.group import Waiting
from churn.stores.ledger.link import Link

log = logging.getLogger(__name__)

GROUP = 512
LINGER = 0.0005
"""Seconds that a group waits for others when the last one was not alone: fewer commits, each for more."""
IDLE = 2.0
"""Seconds without work after which the writer looks whether the database is still there, or there again."""
LAG = 0.05
"""Seconds after which a batch is expanded further although others wait."""

Settled = Callable[[list[Waiting]], None]
"""What is called on the event loop with those whose answers may go."""


class Writer(threading.Thread):
    """Owns the writing connection; whoever waits is answered on the event loop."""

    def __init__(self, link: Link, loop: asyncio.AbstractEventLoop, settled: Settled) -> None:
        super().__init__(name="ledger", daemon=True)
        self.queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self.link = link
        self._loop, self._settled = loop, settled
        self._unexpanded: deque[str] = deque()
        self._batch: Batch | None = None
        self._torn: set[str] = set()
        self._expanded_at = 0.0
        self._catching: list[Waiting] = []
        self._leaving = self._crowded = False

    def run(self) -> None:
        """Write until asked to leave and nothing waits; expand batches in idle moments."""
        self._try(self._seek)
        while True:
            group = self._take()
            if group:
                self._settle(group)
            elif self._leaving:
                break
            elif not self._work:
                self._try(self._look)
            if self._work and (not group or self._catching or time.monotonic() - self._expanded_at > LAG):
                self._try(self._advance)
                self._expanded_at = time.monotonic()
        self._answer(self._catching)
        self.link.drop()

    @property
    def _work(self) -> bool:
        return bool(self._unexpanded or self._batch or self._catching)

    def _take(self) -> list[Waiting]:
        """Take what waits; wait for something only when nothing else is left to do."""
        group: list[Waiting] = []
        with suppress(Empty):
            if not self._work and not self._leaving:
                self._sort(self.queue.get(timeout=IDLE), group)
                if self._crowded:
                    time.sleep(LINGER)
            while len(group) < GROUP:
                self._sort(self.queue.get_nowait(), group)
        self._crowded = len(group) > 1
        return group

    def _sort(self, one: Waiting | None, group: list[Waiting]) -> None:
        if one is None:
            self._leaving = True
        elif one.write is None and one.deed is None:
            self._catching.append(one)
        else:
            group.append(one)

    def _settle(self, group: list[Waiting]) -> None:
        """Commit a group, without those who gave up meanwhile, then answer those who wait."""
        awaited = [one for one in group if not one.future.cancelled()]
        try:
            self.link.write(awaited)
        except Exception as fault:  # noqa: BLE001 whoever waits must hear of it, whatever it is
            self._refuse(group, fault)
        else:
            written = [one.write.record.id for one in awaited if one.batch and one.write and one.write.record]
            self._unexpanded.extend(written)
        self._answer(group)

    def _refuse(self, group: Sequence[Waiting], fault: Exception) -> None:
        said = self.link.failed(fault)
        for one in group:
            one.fault = said

    def _answer(self, group: list[Waiting]) -> None:
        with suppress(RuntimeError):  # the loop has closed: nobody waits
            self._loop.call_soon_threadsafe(self._settled, group)

    def _try(self, step: Callable[[Connection], None]) -> None:
        """Take a step of our own; when the database is away, those who wait for batches hear so."""
        try:
            connection = self.link.connection()
            connection.rollback()
            with connection.begin():
                step(connection)
            self.link.well()
        except Exception as fault:  # noqa: BLE001 the thread must live on, whatever it is
            if self._batch is not None and not faults.is_of_database(fault):
                log.error("batch %s cannot be expanded: %s", self._batch.record, faults.plain(fault))
                self._torn.add(self._batch.record)
            else:
                self._unexpanded.extendleft([self._batch.record] if self._batch else [])
                self._refuse(self._catching, fault)
                self._caught_up()
            self._batch = None

    def _look(self, connection: Connection) -> None:
        """Look whether the database is there; when it had been away, also for batches that were left."""
        connection.exec_driver_sql("SELECT 1")
        if self.link.fault:
            self._seek(connection)

    def _seek(self, connection: Connection) -> None:
        """Look for batches that were left unexpanded."""
        self._unexpanded.extend(name for name in expansion.waiting(connection) if name not in self._torn)

    def _advance(self, connection: Connection) -> None:
        """Expand some rows of a batch; those who wait for all are answered when a look finds none left."""
        if self._batch is None and not self._unexpanded:
            self._seek(connection)
            if not self._unexpanded:
                self._caught_up()
                return
        if self._batch is None:
            self._batch = expansion.begin(connection, self._unexpanded[0])
            self._unexpanded.popleft()
        if self._batch is not None and not expansion.advance(connection, self._batch):
            self._batch = None

    def _caught_up(self) -> None:
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
