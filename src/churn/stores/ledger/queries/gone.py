"""Who has left: nobody to call, and none of whose revenue is at risk."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, exists, func, select

from churn.stores.ledger.tables import latest, outcome


def gone(purpose: str, by: date | None = None) -> Select[Any]:
    """Name the customers of whom the last that was told, by the end of a day if one is given, is that they left.

    A later score does not bring them back, for tables of customers lag behind; a later outcome does.
    """
    newer = outcome.alias("newer")
    same = (newer.c.customer == outcome.c.customer) & (newer.c.purpose == outcome.c.purpose)
    later = [newer.c.observed_on > outcome.c.observed_on, *([] if by is None else [newer.c.observed_on <= by])]
    found = select(outcome.c.customer).where(outcome.c.purpose == purpose, outcome.c.churned)
    told = found if by is None else found.where(outcome.c.observed_on <= by)
    return told.where(~exists().where(same, *later))


def left(connection: Connection, purpose: str) -> int:
    """Count the scored customers who have left."""
    mine = (latest.c.purpose == purpose, latest.c.customer.in_(gone(purpose)))
    return connection.execute(select(func.count()).select_from(latest).where(*mine)).scalar_one()


def mark(connection: Connection, purpose: str) -> tuple[Any, ...]:
    """Give what changes whenever an outcome is told or erased."""
    told = select(func.count(), func.max(outcome.c.id)).where(outcome.c.purpose == purpose)
    return tuple(connection.execute(told).one())
