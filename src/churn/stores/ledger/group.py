"""One group of writes in one transaction."""

from asyncio import Future
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert

from churn.errors import ChurnError, LedgerError
from churn.stores.ledger import expansion, faults, statements
from churn.stores.ledger.claims import claimed
from churn.stores.ledger.entries import Claim, Record, Write, new_id, now
from churn.stores.ledger.statements import Run
from churn.stores.ledger.tables import expansion as unexpanded
from churn.stores.ledger.tables import refusal

Deed = Callable[[Connection], Any]


@dataclass(slots=True, eq=False)
class Waiting:
    """Somebody who waits for a write (its record as it is stored), or for a deed, or for batches to be expanded."""

    future: Future[Any]
    write: Write | None = None
    deed: Deed | None = None
    claim: Claim | None = None
    batch: bool = False
    size: int = 0
    result: Any = None
    fault: BaseException | None = None


class NotTogether(Exception):
    """Some member of a group cannot be written, or the database is away."""


def fill(connection: Connection, group: Sequence[Waiting]) -> None:
    """Write a group into the transaction at hand; each waiter gets a result, or a fault of its own.

    Raises NotTogether, whatever the reason, and nothing is written then; `fill_one_by_one` finds out.
    """
    try:
        _write(connection, statements.swift(connection), [one for one in group if one.write is not None])
    except Exception as fault:
        raise NotTogether from fault
    for one in group:
        if one.deed is not None:
            _apart(connection, one)


def fill_one_by_one(connection: Connection, group: Sequence[Waiting]) -> None:
    """Write a group so that a member which cannot be written fails alone.

    Raises what the database raises when it is away or full.
    """
    for one in group:
        one.result = one.fault = None
        _apart(connection, one)


def _apart(connection: Connection, one: Waiting) -> None:
    """Do one waiter's work within a savepoint."""
    try:
        with connection.begin_nested():
            _do(connection, one)
    except ChurnError as told:
        one.fault = told
    except Exception as last:
        fault = faults.first(last)
        if faults.is_of_database(fault) or faults.is_again(fault):
            raise fault from last
        one.fault = LedgerError(f"the ledger could not keep this: {faults.plain(fault)}")
        one.fault.__cause__ = fault


def _do(connection: Connection, one: Waiting) -> None:
    if one.deed is None:
        _write(connection, connection.exec_driver_sql, [one])
        return
    if one.claim is not None:
        one.result = claimed(connection, one.claim, None)
    if one.result is None:
        one.result = one.deed(connection)


def _write(connection: Connection, run: Run, group: Sequence[Waiting]) -> None:
    writes = [one.write for one in group if one.write is not None and _is_first(connection, one, one.write)]
    _add_records(connection.dialect.name, run, [one.record for one in writes if one.record is not None])
    batches = [one.write.record.id for one in group if one.batch and one.write and one.write.record and _goes(one)]
    if batches:
        connection.execute(insert(unexpanded), [{"record": name, "done": 0} for name in batches])
    refused = [cells for write in writes if write.refusals for cells in _refused(write)]
    if refused:
        connection.execute(insert(refusal), refused)


def _goes(one: Waiting) -> bool:
    return one.result is None and one.fault is None


def _is_first(connection: Connection, one: Waiting, write: Write) -> bool:
    if write.claim is not None:
        try:
            one.result = claimed(connection, write.claim, write.record.id if write.record else None)
        except ChurnError as fault:
            one.fault = fault
    return _goes(one)


def _add_records(kind: str, run: Run, records: list[Record]) -> None:
    if not records:
        return
    statements.add_records(kind, run, [_cells(record) for record in records])
    scores = [cells for record in records if (cells := expansion.single(record)) is not None]
    statements.add_scores(kind, run, [cells[:-1] for cells in scores])
    statements.renew_latest(kind, run, scores)


def _cells(record: Record) -> tuple[Any, ...]:
    return (
        record.id, record.at, record.door, record.purpose, record.customer, record.rows, record.model_version,
        record.model_digest, record.request_id, record.caller, record.input_digest, record.output_digest,
        record.origin, record.inputs, record.results,
    )  # fmt: skip


def _refused(write: Write) -> list[dict[str, Any]]:
    record = write.record
    return [
        {"id": new_id(), "record": record.id if record else None, "at": record.at if record else now(),
         "column": one.column, "reason": one.reason, "count": one.count,
         "purpose": record.purpose if record else write.purpose}
        for one in write.refusals
    ]  # fmt: skip
