"""Idempotency-Keys: one caller's key is answered once."""

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from churn.stores.ledger.entries import Claim, Kept, now
from churn.stores.ledger.queries.kept import kept
from churn.stores.ledger.tables import answer


def claimed(connection: Connection, claim: Claim, record: str | None) -> Kept | None:
    """Take a key, or give the answer that was kept under it. Raises IdempotencyConflict, Erased.

    Another process that takes the same key at this moment is waited for.
    """
    add = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(answer)
    cells = {"key": claim.key, "caller": claim.caller, "digest": claim.digest, "at": now(), "record": record,
             "status": claim.status, "body": claim.body}  # fmt: skip
    first = add.on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    if connection.execute(first, cells).rowcount == 1:
        return None
    return kept(connection, claim.key, claim.caller, claim.digest)
