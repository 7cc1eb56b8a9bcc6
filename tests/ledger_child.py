"""A process that writes to a ledger, for the tests: tells on its standard output what was acknowledged."""

import asyncio
import os
import sqlite3
import sys

import ledgers
from churn.stores.ledger import database
from churn.stores.ledger.entries import Claim, Write
from churn.stores.ledger.ledger import Ledger


def tell(line: str) -> None:
    os.write(1, f"{line}\n".encode())


async def forever(url: str, clients: str) -> None:
    """Write without end; tell each acknowledged record and key."""
    ledger = Ledger(url)
    await ledger.open()

    async def client(number: int) -> None:
        count = 0
        while True:
            count += 1
            entry = ledgers.record(f"c{number}-{count}")
            claim = Claim(f"{os.getpid()}-{number}-{count}", "crm", "d", 200, b"{}") if count % 3 == 0 else None
            await ledger.put(Write(entry, (), claim))
            tell(entry.id)

    await asyncio.gather(*(client(number) for number in range(int(clients))))


async def groups(url: str, synchronous: str) -> None:
    """Write twenty groups one after another; tell when each begins and when it is acknowledged."""
    if synchronous != "FULL":
        _spoil(synchronous)
    ledger = Ledger(url)
    await ledger.open()
    for number in range(20):
        tell(f"asked {number}")
        await asyncio.gather(*(ledger.put(Write(ledgers.record(f"c{each}"))) for each in range(8)))
        tell(f"acknowledged {number}")
    await ledger.close()


def _spoil(synchronous: str) -> None:
    """Let the writer's connections be as careless as asked, and nobody mind."""
    keep = database._keep

    def spoilt(connection: sqlite3.Connection) -> None:
        keep(connection)
        connection.execute(f"PRAGMA synchronous={synchronous}")

    database._keep = spoilt
    database.check_durable = lambda _: None


async def keys(url: str) -> None:
    """Write each of fifty keys, which another process writes, too; tell which were ours."""
    ledger = Ledger(url)
    await ledger.open()
    for number in range(50):
        claim = Claim(f"k{number}", "crm", "d", 200, str(os.getpid()).encode())
        kept = await ledger.put(Write(ledgers.record("a"), (), claim))
        tell(f"{number} {os.getpid() if kept is None else kept.body.decode()}")
    await ledger.close()


if __name__ == "__main__":
    work, url, *more = sys.argv[1:]
    works = {"forever": forever, "groups": groups, "keys": keys}
    asyncio.run(works[work](url, *more))
