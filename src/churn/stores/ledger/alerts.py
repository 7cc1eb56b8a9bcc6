"""Alerts: one open at a time of each kind, however many see it."""

from typing import Any, Literal

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from churn.stores.ledger.entries import new_id
from churn.stores.ledger.tables import alert

Severity = Literal["low", "medium", "high", "critical"]


def raise_(connection: Connection, kind: str, words: str, at: int, severity: Severity = "medium") -> dict[str, Any]:
    """Open an alert, or note that the open one of this kind was seen again; give it as it stands."""
    is_open = alert.c.resolved_at.is_(None)
    add = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(alert)
    cells = {"kind": kind, "severity": severity, "words": words, "raised_at": at, "last_at": at, "times": 1}
    again = {"words": words, "severity": severity, "last_at": at, "times": alert.c.times + 1}
    connection.execute(
        add.on_conflict_do_update(index_elements=["kind"], index_where=is_open, set_=again), {"id": new_id(), **cells}
    )
    found = connection.execute(select(alert).where(alert.c.kind == kind, is_open))
    return dict(found.mappings().one())


def resolve(connection: Connection, kind: str, at: int) -> bool:
    """Close the open alert of a kind; tell whether there was one."""
    mine = update(alert).where(alert.c.kind == kind, alert.c.resolved_at.is_(None))
    return connection.execute(mine.values(resolved_at=at)).rowcount > 0
