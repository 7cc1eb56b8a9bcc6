"""What was served when, on which host, why, and by whom."""

from sqlalchemy import Connection, insert, select

from churn.stores.ledger.entries import new_id
from churn.stores.ledger.tables import serving


def served(connection: Connection, at: int, host: str, version: int, digest: str, why: str, who: str) -> bool:
    """Note that a host serves a version from now on; several workers that say the same leave one event.

    Tells whether this was new.
    """
    mine = select(serving.c.version, serving.c.digest).where(serving.c.host == host)
    last = connection.execute(mine.order_by(serving.c.at.desc(), serving.c.id.desc()).limit(1)).one_or_none()
    if last is not None and tuple(last) == (version, digest):
        return False
    cells = {"id": new_id(), "at": at, "host": host, "version": version, "digest": digest, "why": why, "who": who}
    connection.execute(insert(serving).values(cells))
    return True
