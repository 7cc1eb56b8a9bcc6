"""One group of writes in one transaction."""

from asyncio import Future
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from churn.errors import ChurnError, Erased, IdempotencyConflict, LedgerError
from churn.stores.ledger import bodies, expansion, faults, statements
from churn.stores.ledger.entries import Claim, Kept, Record, Write, new_id, now
from churn.stores.ledger.tables import answer, refusal
from churn.stores.ledger.tables import expansion as unexpanded

Deed = Callable[[Connection], Any]


@dataclass(slots=True, eq=False)
class Waiting:
    """Somebody who waits for a write (its record as it is stored) or for a deed."""

    future: Future[Any]
    write: Write | None = None
    deed: Deed | None = None
    claim: Claim | None = None
    batch: bool = False
    result: Any = None
    fault: BaseException | None = None


def fill(connection: Connection, group: Sequence[Waiting]) -> None:
    """Write a group into the transaction at hand; each waiter gets a result, or a fault of its own.

    Raises NotTogether where one of the writes cannot be written, and what a database raises that is away or full.
    """
    for one in group:
        one.result = one.fault = None
    writes = [one for one in group if one.write is not None]
    try:
        _write(connection, writes)
    except Exception as fault:
        if faults.is_of_database(fault) or faults.is_again(fault):
            raise
        raise NotTogether from fault
    for one in group:
        if one.deed is not None:
            _apart(connection, one)


def fill_one_by_one(connection: Connection, group: Sequence[Waiting]) -> None:
    """Write a group of which some member cannot be written, so that only that one fails."""
    for one in group:
        one.result = one.fault = None
        _apart(connection, one)


class NotTogether(Exception):
    """A member of a group cannot be written."""


def _apart(connection: Connection, one: Waiting) -> None:
    """Do one waiter's work within a savepoint."""
    try:
        with connection.begin_nested():
            _do(connection, one)
    except ChurnError as fault:
        one.fault = fault
    except Exception as fault:
        if faults.is_of_database(fault) or faults.is_again(fault):
            raise
        one.fault = LedgerError(f"the ledger could not keep this: {faults.plain(fault)}")
        one.fault.__cause__ = fault


def _do(connection: Connection, one: Waiting) -> None:
    if one.deed is None:
        _write(connection, [one])
        return
    if one.claim is not None:
        one.result = _claimed(connection, one.claim, None)
    if one.result is None:
        one.result = one.deed(connection)


def _write(connection: Connection, group: Sequence[Waiting]) -> None:
    fresh = [one for one in group if one.write.claim is None or _is_first(connection, one)]  # type: ignore[union-attr]
    records = [one.write.record for one in fresh if one.write.record is not None]  # type: ignore[union-attr]
    statements.add_records(connection, [_cells(record) for record in records])
    scores = [cells for cells in map(_scored, records) if cells is not None]
    statements.add_scores(connection, [cells[:-1] for cells in scores])
    statements.renew_latest(connection, scores)
    batches = [one.write.record.id for one in fresh if one.batch]  # type: ignore[union-attr]
    if batches:
        connection.execute(insert(unexpanded), [{"record": name, "done": 0} for name in batches])
    refused = [cells for one in fresh if one.write.refusals for cells in _refused(one.write)]  # type: ignore[union-attr, arg-type]
    if refused:
        connection.execute(insert(refusal), refused)


def _is_first(connection: Connection, one: Waiting) -> bool:
    write = one.write
    record = write.record.id if write.record else None  # type: ignore[union-attr]
    try:
        one.result = _claimed(connection, write.claim, record)  # type: ignore[union-attr, arg-type]
    except ChurnError as fault:
        one.fault = fault
    return one.result is None and one.fault is None


def _claimed(connection: Connection, claim: Claim, record: str | None) -> Kept | None:
    """Take a key, or give the answer that was kept under it. Raises IdempotencyConflict, Erased."""
    add = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(answer)
    cells = {"key": claim.key, "caller": claim.caller, "digest": claim.digest, "at": now(), "record": record,
             "status": claim.status, "body": claim.body}  # fmt: skip
    if connection.execute(add.on_conflict_do_nothing(), cells).rowcount == 1:
        return None
    mine = (answer.c.key == claim.key) & (answer.c.caller == claim.caller)
    first = connection.execute(select(answer).where(mine)).one()
    if first.digest != claim.digest:
        raise IdempotencyConflict(
            f"the Idempotency-Key {claim.key!r} was used before, for another body; take a new one"
        )
    if first.body is None:
        raise Erased("the answer under this Idempotency-Key was erased by request")
    return Kept(first.status, bytes(first.body))


def _cells(record: Record) -> tuple[Any, ...]:
    return (
        record.id, record.at, record.door, record.purpose, record.customer, record.rows, record.model_version,
        record.model_digest, record.request_id, record.caller, record.input_digest, record.output_digest,
        record.origin, record.inputs, record.results,
    )  # fmt: skip


def _scored(record: Record) -> tuple[Any, ...] | None:
    if record.customer is None or record.inputs[:1] != b"{":
        return None
    return expansion.single(record, record.inputs)  # type: ignore[arg-type]


def _refused(write: Write) -> list[dict[str, Any]]:
    record = write.record
    return [
        {"id": new_id(), "record": record.id if record else None, "at": record.at if record else now(),
         "column": one.column, "reason": one.reason, "count": one.count}
        for one in write.refusals
    ]  # fmt: skip
