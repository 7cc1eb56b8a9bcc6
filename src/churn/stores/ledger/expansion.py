"""From records to scores: what monitoring and the dashboard read, a row a customer."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import Connection, delete, select, update

from churn import contract
from churn.stores.ledger import bodies, statements
from churn.stores.ledger.columnar import Row
from churn.stores.ledger.entries import ONLY, Record
from churn.stores.ledger.tables import expansion, record

CHUNK = 150
"""Rows of a batch that one step reads, or one transaction expands: milliseconds, which a single may have to wait."""
SEGMENT = 10_000
"""Rows of a batch that are held at once."""

Cells = tuple[Any, ...]
CUSTOMER = 2


@dataclass(slots=True)
class Batch:
    """A batch that is being expanded, segment by segment: `scores` in the order of its rows, `latest` in that of ids.

    Neighbours in a table share pages, and what a transaction costs is the pages that it touches.
    """

    record: str
    purpose: str
    at: int
    version: int
    done: int
    rows: Iterator[tuple[int, Row | None, Row | None]]
    read: int = 0
    scores: list[Cells | None] = field(default_factory=list)
    latest: list[Cells | None] = field(default_factory=list)


def single(one: Record) -> Cells | None:
    """Give the cells of a single's newest score, or None where nobody is named or the record is no single's."""
    inputs, results = one.inputs, one.results
    if one.customer is None or not isinstance(inputs, bytes) or not isinstance(results, bytes) or inputs[:1] != b"{":
        return None
    row, answer = one.parsed or (orjson.loads(inputs), orjson.loads(results))
    return _cells(one.id, ONLY, one.customer, one.purpose, one.at, one.model_version, row, answer, inputs.decode())


def waiting(connection: Connection) -> list[str]:
    """List the batches that are not wholly expanded, oldest first."""
    return list(connection.scalars(select(expansion.c.record).order_by(expansion.c.record)))


def begin(connection: Connection, name: str) -> Batch | None:
    """Take up a batch where it was left, or give None where nothing is left to do."""
    wanted = (record.c.purpose, record.c.at, record.c.model_version, record.c.inputs, record.c.results)
    found = connection.execute(
        select(expansion.c.done, *wanted).join(record, record.c.id == expansion.c.record).where(record.c.id == name)
    ).one_or_none()
    if found is None:
        connection.execute(delete(expansion).where(expansion.c.record == name))
        return None
    whole = found.done // SEGMENT * SEGMENT
    rows = islice(bodies.entries(found.inputs, found.results), whole, None)
    return Batch(name, found.purpose, found.at, found.model_version, found.done, rows, whole)


def advance(connection: Connection, batch: Batch) -> bool:
    """Read some more rows, or expand some that were read; tell whether any are left."""
    if not batch.latest:
        return _read(batch) or _forget(connection, batch)
    mine = expansion.c.record == batch.record
    if connection.scalar(select(expansion.c.done).where(mine).with_for_update()) is None:
        return False  # another process finished it, or it was erased meanwhile
    at = batch.done % SEGMENT
    _add(connection, *([one for one in order[at : at + CHUNK] if one] for order in (batch.scores, batch.latest)))
    batch.done += len(batch.scores[at : at + CHUNK])
    connection.execute(update(expansion).where(mine).values(done=batch.done))
    if batch.done == batch.read:
        batch.scores, batch.latest = [], []
    return True


def _read(batch: Batch) -> bool:
    """Read some more rows of a segment, and sort it when it is whole; tell whether there were any."""
    wanted = min(CHUNK, SEGMENT - len(batch.scores))  # a segment ends where the next start looks for its end
    taken = list(islice(batch.rows, wanted))
    batch.scores += [_of_row(batch, *one) for one in taken]
    batch.read += len(taken)
    if batch.scores and (len(taken) < wanted or len(batch.scores) == SEGMENT):
        batch.latest = sorted(batch.scores, key=lambda cells: "" if cells is None else cells[CUSTOMER])
    return bool(batch.latest or taken)


def _forget(connection: Connection, batch: Batch) -> bool:
    """Note that nothing of a batch is left."""
    connection.execute(delete(expansion).where(expansion.c.record == batch.record))
    return False


def finish(connection: Connection) -> None:
    """Expand all that waits, within the transaction at hand."""
    for name in waiting(connection):
        batch = begin(connection, name)
        while batch is not None and advance(connection, batch):
            pass


def _add(connection: Connection, scores: list[Cells], newest: list[Cells]) -> None:
    kind, run = connection.dialect.name, connection.exec_driver_sql
    statements.add_scores(kind, run, [cells[:-1] for cells in scores])
    statements.renew_latest(kind, run, newest)


def _of_row(batch: Batch, index: int, row: Row | None, answer: Row | None) -> Cells | None:
    customer = None if row is None else bodies.customer_of(row)
    if row is None or answer is None or customer is None:
        return None
    text = orjson.dumps(row).decode()
    return _cells(batch.record, index, customer, batch.purpose, batch.at, batch.version, row, answer, text)


def _cells(  # noqa: PLR0913, PLR0917 a row of a table has as many cells as it has
    name: str, index: int, customer: str, purpose: str, at: int, version: int, row: Row, answer: Row, text: str
) -> Cells:
    told = answer.get
    return (
        name, index, customer, purpose, at, version, answer["churn_probability"], told("expected_value"),
        contract.monthly_value(row), told("risk_tier"), told("offer"), text,
    )  # fmt: skip
