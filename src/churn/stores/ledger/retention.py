"""What is old goes, a little at a time."""

from collections import Counter

from sqlalchemy import Column, Connection, Table, delete, select, tuple_

from churn.stores.ledger import tables
from churn.stores.ledger.entries import first_id
from churn.stores.ledger.feedback import day
from churn.stores.ledger.ledger import Ledger

CHUNK = 200
"""Rows of a table that one transaction removes."""
CLAIM_DAYS = 7
"""Days for which an Idempotency-Key holds."""
DAY = 86_400 * 1_000_000

AGED: tuple[tuple[Table, Column[int]], ...] = (
    (tables.score, tables.score.c.at),
    (tables.latest, tables.latest.c.at),
    (tables.refusal, tables.refusal.c.at),
    (tables.outcome, tables.outcome.c.at),
    (tables.contact, tables.contact.c.at),
    (tables.alert, tables.alert.c.resolved_at),
    (tables.reading, tables.reading.c.until),
    (tables.decision, tables.decision.c.at),
    (tables.delivery, tables.delivery.c.at),
)


async def purge(ledger: Ledger, now: int, days: int, claim_days: int = CLAIM_DAYS) -> dict[str, int]:
    """Remove what is older than `days`, and Idempotency-Keys older than `claim_days`; count by table.

    A record's age is that of its arrival, also where it speaks of an earlier time. What was served, and receipts of
    erasures, stay: they speak of nobody. Raises LedgerError.
    """
    await ledger.catch_up()
    gone: Counter[str] = Counter()
    before, claims = now - days * DAY, now - min(days, claim_days) * DAY
    while True:
        some = await ledger.do(lambda connection: sweep(connection, before, claims))
        if not isinstance(some, dict) or not any(some.values()):
            return dict(gone)
        gone.update(some)


def sweep(connection: Connection, before: int, claims: int) -> dict[str, int]:
    """Remove some of what is older than `before`, in microseconds since 1970; count by table."""
    gone = {table.name: _remove(connection, table, column < before) for table, column in AGED}
    gone["record"] = _remove(connection, tables.record, tables.record.c.id < first_id(before))
    gone["answer"] = _remove(connection, tables.answer, tables.answer.c.at < claims)
    gone["suppression"] = _remove(connection, tables.suppression, tables.suppression.c.until < day(before))
    return gone


def _remove(connection: Connection, table: Table, old: object) -> int:
    key = table.primary_key.columns
    some = select(*key).where(old).limit(CHUNK)  # type: ignore[arg-type]
    return connection.execute(delete(table).where(tuple_(*key).in_(some))).rowcount
