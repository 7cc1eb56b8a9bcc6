"""Idempotency-Keys: one caller's key is answered once."""

from sqlalchemy import Connection, delete
from sqlalchemy.dialects import postgresql, sqlite

from churn.stores.ledger.entries import PENDING, Claim, Kept, now
from churn.stores.ledger.queries.kept import kept
from churn.stores.ledger.tables import answer


def claimed(connection: Connection, claim: Claim, record: str | None) -> Kept | None:
    """Take a key, or give the answer that was kept under it. Raises IdempotencyConflict, Erased.

    A key that is taken for the same, but not answered yet, may be taken again: so is its answer filled in.
    Another process that takes the same key at this moment is waited for.
    """
    add = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(answer)
    cells = {"key": claim.key, "caller": claim.caller, "digest": claim.digest, "at": now(), "record": record,
             "status": claim.status, "body": claim.body}  # fmt: skip
    filled = {name: add.excluded[name] for name in ("at", "record", "status", "body")}
    open_ = (answer.c.digest == claim.digest) & (answer.c.status == PENDING)
    first = add.on_conflict_do_update(index_elements=["key", "caller"], set_=filled, where=open_)
    if connection.execute(first.execution_options(preserve_rowcount=True), cells).rowcount == 1:
        return None
    return kept(connection, claim.key, claim.caller, claim.digest)


def released(connection: Connection, key: str, caller: str, digest: str) -> None:
    """Give back a key under which nothing came to be."""
    mine = (answer.c.key == key) & (answer.c.caller == caller) & (answer.c.digest == digest)
    connection.execute(delete(answer).where(mine, answer.c.status == PENDING))
