"""The answer that is kept under an Idempotency-Key."""

from sqlalchemy import Connection, select

from churn.errors import Erased, IdempotencyConflict
from churn.stores.ledger.entries import Kept
from churn.stores.ledger.tables import answer


def kept(connection: Connection, key: str, caller: str, digest: str) -> Kept | None:
    """Give the first answer under a caller's key, or None. Raises IdempotencyConflict, Erased."""
    mine = (answer.c.key == key) & (answer.c.caller == caller)
    first = connection.execute(select(answer).where(mine)).one_or_none()
    if first is None:
        return None
    if first.digest != digest:
        raise IdempotencyConflict("this Idempotency-Key was used before, with another body; take a new one")
    if first.body is None:
        raise Erased("the answer under this Idempotency-Key was erased by request")
    return Kept(first.status, bytes(first.body))
