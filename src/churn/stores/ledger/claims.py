"""Idempotency-Keys: one caller's key is answered once."""

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from churn.errors import Erased, IdempotencyConflict
from churn.stores.ledger.entries import Claim, Kept, now
from churn.stores.ledger.tables import answer


def claimed(connection: Connection, claim: Claim, record: str | None) -> Kept | None:
    """Take a key, or give the answer that was kept under it. Raises IdempotencyConflict, Erased.

    Another process that takes the same key at this moment is waited for.
    """
    add = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(answer)
    cells = {"key": claim.key, "caller": claim.caller, "digest": claim.digest, "at": now(), "record": record,
             "status": claim.status, "body": claim.body}  # fmt: skip
    if connection.execute(add.on_conflict_do_nothing(), cells).rowcount == 1:
        return None
    mine = (answer.c.key == claim.key) & (answer.c.caller == claim.caller)
    first = connection.execute(select(answer).where(mine)).one()
    if first.digest != claim.digest:
        raise IdempotencyConflict(
            f"the Idempotency-Key {claim.key!r} was used before, with another body; take a new one"
        )
    if first.body is None:
        raise Erased("the answer under this Idempotency-Key was erased by request")
    return Kept(first.status, bytes(first.body))
