"""The ledger: what it acknowledges is on the disk."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from churn.errors import ChurnError, LedgerError, LedgerFull
from churn.stores.ledger import bodies, database, expansion, faults, revision
from churn.stores.ledger.entries import Claim, Kept, Write
from churn.stores.ledger.group import Waiting
from churn.stores.ledger.link import Link
from churn.stores.ledger.writer import Writer, release

HELD_BYTES = 256 * 2**20
"""Bytes of bodies that may wait to be written."""
CLOSE_SECONDS = 20.0

T = TypeVar("T")


class Ledger:
    """Writes in groups, each group with one commit; reads beside them."""

    def __init__(self, url: str, *, id_key: str | None = None, queue: int = 4096, migrate: bool = False) -> None:
        self._url = database.located(url)
        self._file = database.file_of(self._url)
        self._name = bodies.namer(id_key)
        self._limit, self._migrate = queue, migrate or self._file is not None
        self._held = self._waiting = 0
        self._writer: Writer | None = None
        self._readers: Engine | None = None
        self._threads: ThreadPoolExecutor | None = None

    async def open(self) -> None:
        """Connect, bring an embedded ledger up to date, and start to write. Raises LedgerError."""
        engine = database.writing(self._url)
        await asyncio.to_thread(revision.prepare, self._url, engine, self._migrate)
        self._readers = database.reading(self._url)
        self._threads = ThreadPoolExecutor(database.READERS, "ledger-reader")
        self._writer = Writer(Link(engine, self._file), asyncio.get_running_loop(), self._settled)
        self._writer.start()

    async def close(self, seconds: float = CLOSE_SECONDS) -> None:
        """Finish what was accepted. Raises LedgerError when that takes longer than `seconds`."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.queue.put(None)
            await asyncio.to_thread(writer.join, seconds)
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
        if self._readers is not None:
            self._readers.dispose()
        if writer is not None and writer.is_alive():
            raise LedgerError(f"{writer.queue.qsize()} writes were not finished within {seconds:g} s")

    async def put(self, write: Write) -> Kept | None:
        """Write, and return when it is durable: None, or the answer that is kept under the same Idempotency-Key.

        Raises LedgerFull, LedgerError, IdempotencyConflict, Erased.
        """
        record = write.record
        size, batch = bodies.size(record), False
        if record is not None and (self._name is not None or record.inputs[:1] != b"{"):
            batch = bodies.is_list(record.inputs) and bodies.may_name(record.inputs)
            kept = (record, self._name)
            packed = bodies.stored(*kept) if size < bodies.FREE else await asyncio.to_thread(bodies.stored, *kept)
            write, size = replace(write, record=packed), bodies.size(packed)
        if write.claim is not None and self._name is not None:
            write = replace(write, claim=self._nameless(write.claim))
        kept_or_none: Kept | None = await self._wait(Waiting(self._future(), write, batch=batch, size=size))
        return kept_or_none

    async def do(self, deed: Callable[[Connection], T], claim: Claim | None = None) -> T | Kept:
        """Do any other write, in a savepoint of its own; return when it is durable.

        Raises what the deed raises, and what `put` raises.
        """
        kept = None if claim is None else self._nameless(claim)
        done: T | Kept = await self._wait(Waiting(self._future(), deed=deed, claim=kept))
        return done

    async def read(self, query: Callable[..., T], *args: Any, **named: Any) -> T:
        """Ask `query(connection, ...)` on a reading connection. Raises LedgerError and what the query raises."""
        if self._threads is None or self._writer is None:
            raise LedgerError("the ledger is not open")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: self._ask(query, *args, **named))

    async def overwrite(self) -> None:
        """Let what was erased from an embedded ledger be gone from its file and its log, too. Raises LedgerError."""
        try:
            await asyncio.to_thread(database.settle, self._file)
        except sqlite3.Error as fault:
            raise LedgerError(f"what was erased is still in the ledger's log: {faults.plain(fault)}") from fault

    async def catch_up(self) -> None:
        """Expand every batch that waits for it. Raises LedgerError."""
        if await self.read(expansion.waiting):
            await self._wait(Waiting(self._future()))

    def customer(self, customer: str) -> str:
        """Give the stored name of a customer: the id, or its keyed hash."""
        return customer if self._name is None else self._name(customer)

    @property
    def state(self) -> dict[str, Any]:
        """Tell how the ledger stands: ok, words, queue, database, last_commit_seconds."""
        writer = self._writer
        fault = "the ledger is not open" if writer is None else writer.link.fault
        if writer is not None and not writer.is_alive():
            fault = "the thread that writes has ended; start the service anew"
        return {
            "ok": fault is None,
            "words": fault or "writing",
            "queue": self._waiting,
            "database": "postgresql" if self._file is None else "sqlite",
            "last_commit_seconds": 0.0 if writer is None else writer.link.last_commit,
        }

    def _nameless(self, claim: Claim) -> Claim:
        if self._name is None:
            return claim
        return replace(claim, key=self._name(claim.key), body=bodies.kept_answer(claim.body, self._name))

    def _future(self) -> asyncio.Future[Any]:
        return asyncio.get_running_loop().create_future()

    async def _wait(self, one: Waiting) -> Any:
        if self._writer is None or not self._writer.is_alive():
            raise LedgerError("the ledger is not open; nothing was written")
        if self._waiting >= self._limit or self._held + one.size > max(HELD_BYTES, one.size):
            raise LedgerFull(f"{self._waiting} writes wait for the ledger already; send again in a moment")
        self._waiting += 1
        self._held += one.size
        self._writer.queue.put(one)
        return await one.future

    def _settled(self, group: list[Waiting]) -> None:
        """Let the answers of a group go; whoever gave up counted as waiting until now."""
        self._waiting -= len(group)
        for one in group:
            self._held -= one.size
        release(group)

    def _ask(self, query: Callable[..., T], *args: Any, **named: Any) -> T:
        if self._readers is None:
            raise LedgerError("the ledger is not open")
        try:
            with self._readers.connect() as connection:
                return query(connection, *args, **named)
        except ChurnError:
            raise
        except (SQLAlchemyError, OSError) as fault:
            raise LedgerError(f"the ledger did not answer: {faults.plain(fault)}") from fault
