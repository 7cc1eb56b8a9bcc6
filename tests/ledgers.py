"""Ledgers in the tests: opened on real databases, and records as the service writes them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from sqlalchemy import Connection, func, select

from churn import contract
from churn.stores.ledger import tables
from churn.stores.ledger.entries import Claim, Record, Write, new_id, now
from churn.stores.ledger.ledger import Ledger

ANSWER = {"churn_probability": 0.25, "churn": False, "offer": True, "expected_value": 12.5, "risk_tier": "medium"}
ROW = {name: cell for name, cell in contract.EXAMPLE.items() if name != contract.ID}


@asynccontextmanager
async def opened(url: str, **options: Any) -> AsyncIterator[Ledger]:
    ledger = Ledger(url, migrate=True, **options)
    await ledger.open()
    try:
        yield ledger
    finally:
        await ledger.close()


def row(customer: str | None = None, **cells: Any) -> dict[str, Any]:
    return {**ROW, **({} if customer is None else {contract.ID: customer}), **cells}


def record(customer: str | None = "7590-VHVEG", probability: float = 0.25, **changes: Any) -> Record:
    """Give a single's record."""
    cells = {
        "id": new_id(), "at": now(), "door": "predict", "purpose": "production", "customer": customer, "rows": 1,
        "model_version": 3, "model_digest": "d" * 64, "inputs": orjson.dumps(row(customer)),
        "results": orjson.dumps(ANSWER | {"churn_probability": probability}), "request_id": "r1", "caller": "crm",
    }  # fmt: skip
    return Record(**(cells | changes))


def batch(customers: list[str | None], probability: float = 0.5, **changes: Any) -> Record:
    """Give a batch's record, as the service spells it: in blocks of 250 rows, with each row's index."""
    rows = [[index, row(customer)] for index, customer in enumerate(customers)]
    answers = [[index, ANSWER | {"churn_probability": probability}] for index in range(len(customers))]
    blocks = {"inputs": _blocks(rows), "results": _blocks(answers)}
    return record(None, **{"door": "batch", "rows": len(rows), **blocks, **changes})


def keyed(entry: Record, key: str = "k", digest: str = "d", body: bytes = b"{}") -> Write:
    return Write(entry, (), Claim(key, "crm", digest, 200, body))


def count(connection: Connection, table: str) -> int:
    return connection.scalar(select(func.count()).select_from(tables.metadata.tables[table])) or 0


def everything(connection: Connection) -> dict[str, list[Any]]:
    """Give all that is stored, for a look whether a thing is in it."""
    return {table.name: connection.execute(select(table)).all() for table in tables.metadata.sorted_tables}


def _blocks(entries: list[Any]) -> tuple[bytes, ...]:
    return tuple(orjson.dumps(entries[start : start + 250]) for start in range(0, len(entries), 250))
