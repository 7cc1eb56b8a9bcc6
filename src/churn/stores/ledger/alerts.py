"""Alerts: one open at a time of each kind and purpose, however many see it."""

from typing import Any, Literal

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from churn.stores.ledger.entries import new_id
from churn.stores.ledger.tables import alert

Severity = Literal["low", "medium", "high", "critical"]


def raise_(
    connection: Connection,
    kind: str,
    words: str,
    at: int,
    severity: Severity = "medium",
    purpose: str = "production",
) -> dict[str, Any]:
    """Open an alert, or note that the open one of this kind and purpose was seen again; give it as it stands."""
    is_open = alert.c.resolved_at.is_(None)
    add = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(alert)
    cells = {"kind": kind, "purpose": purpose, "severity": severity, "words": words, "raised_at": at, "last_at": at,
             "times": 1}  # fmt: skip
    again = {"words": words, "severity": severity, "last_at": at, "times": alert.c.times + 1}
    one = add.on_conflict_do_update(index_elements=["kind", "purpose"], index_where=is_open, set_=again)
    connection.execute(one, {"id": new_id(), **cells})
    found = connection.execute(select(alert).where(alert.c.kind == kind, alert.c.purpose == purpose, is_open))
    return dict(found.mappings().one())


def resolve(connection: Connection, kind: str, at: int, purpose: str = "production") -> bool:
    """Close the open alert of a kind and purpose; tell whether there was one."""
    mine = update(alert).where(alert.c.kind == kind, alert.c.purpose == purpose, alert.c.resolved_at.is_(None))
    return connection.execute(mine.values(resolved_at=at)).rowcount > 0
