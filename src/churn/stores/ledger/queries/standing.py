"""How one customer stands: whether he left, must be left in peace, or was called or held out lately."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, select

from churn.stores.ledger.tables import contact, outcome, suppression


def standing(connection: Connection, customer: str, purpose: str, today: date) -> dict[str, Any]:
    """Give the last outcome, the longest suppression that still holds, and the last contact; None where there is none.

    `customer` is the stored name. A suppression holds whatever the purpose.
    """
    newest = (outcome.c.observed_on.desc(), outcome.c.id.desc())
    held = (suppression.c.until >= today,)
    return {
        "outcome": _first(connection, outcome, customer, newest, (outcome.c.purpose == purpose,)),
        "suppression": _first(connection, suppression, customer, (suppression.c.until.desc(),), held),
        "contact": _first(connection, contact, customer, (contact.c.at.desc(),), (contact.c.purpose == purpose,)),
    }


def _first(connection: Connection, table: Table, customer: str, order: Any, where: Any) -> dict[str, Any] | None:
    found = select(table).where(table.c.customer == customer, *where).order_by(*order).limit(1)
    row = connection.execute(found).mappings().one_or_none()
    return dict(row) if row else None
