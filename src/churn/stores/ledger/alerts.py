"""Alerts: one open at a time of each kind and purpose, however many see it; open, then acknowledged, then resolved."""

from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Update, and_, case, null, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from churn.errors import Conflict
from churn.stores.ledger.entries import new_id
from churn.stores.ledger.queries.alerts import RANK, rank
from churn.stores.ledger.tables import alert

Severity = Literal["low", "medium", "high", "critical"]
Row = dict[str, Any]

IS_OPEN = alert.c.resolved_at.is_(None)


def raise_(
    connection: Connection, kind: str, words: str, at: int, severity: Severity = "medium",
    purpose: str = "production", owner: str | None = None, runbook: str | None = None,
) -> Row:  # fmt: skip
    """Open an alert, or note that the open one of this kind and purpose was seen again; give it as it stands.

    One that became graver than when somebody acknowledged it wants to be acknowledged again.
    """
    add = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(alert)
    said = {"severity": severity, "words": words, "last_at": at, "owner": owner, "runbook": runbook}
    worse = rank < RANK[severity]
    again = {name: case((worse, null()), else_=alert.c[name]) for name in ("acknowledged_at", "acknowledged_by")}
    one = add.on_conflict_do_update(
        index_elements=["kind", "purpose"], index_where=IS_OPEN, set_={**said, "times": alert.c.times + 1, **again}
    )
    connection.execute(one, {"id": new_id(), "kind": kind, "purpose": purpose, "raised_at": at, "times": 1, **said})
    found = connection.execute(select(alert).where(_open_of(kind, purpose)))
    return dict(found.mappings().one())


def resolve(connection: Connection, kind: str, at: int, purpose: str = "production", by: str | None = None) -> bool:
    """Close the open alert of a kind and purpose; tell whether there was one."""
    mine = update(alert).where(_open_of(kind, purpose))
    return connection.execute(mine.values(resolved_at=at, resolved_by=by)).rowcount > 0


def find(connection: Connection, which: str, purpose: str) -> Row | None:
    """Give the alert with this id; or the open one of this kind, or else the latest of it; or None."""
    mine = and_(alert.c.purpose == purpose, or_(alert.c.id == which, alert.c.kind == which))
    order = (alert.c.id != which, alert.c.resolved_at.is_not(None), alert.c.raised_at.desc(), alert.c.id.desc())
    found = connection.execute(select(alert).where(mine).order_by(*order).limit(1)).mappings().first()
    return None if found is None else dict(found)


def acknowledge(connection: Connection, which: str, at: int, by: str, note: str | None, purpose: str) -> Row | None:
    """Note who looks after an alert; the first one stays. None where there is no such alert. Raises Conflict."""
    found = find(connection, which, purpose)
    if found is None:
        return None
    if found["resolved_at"] is not None:
        raise Conflict(f"alert {found['kind']} is resolved already, so there is nothing to acknowledge")
    mine = update(alert).where(alert.c.id == found["id"], IS_OPEN, alert.c.acknowledged_at.is_(None))
    return _done(connection, mine.values(acknowledged_at=at, acknowledged_by=by, note=_noted(found, note)), found)


def settle(connection: Connection, which: str, at: int, by: str, note: str | None, purpose: str) -> Row | None:
    """Close an alert by hand; one that is closed stays as it was. None where there is no such alert."""
    found = find(connection, which, purpose)
    if found is None:
        return None
    mine = update(alert).where(alert.c.id == found["id"], IS_OPEN)
    return _done(connection, mine.values(resolved_at=at, resolved_by=by, note=_noted(found, note)), found)


def _open_of(kind: str, purpose: str) -> ColumnElement[bool]:
    return and_(alert.c.kind == kind, alert.c.purpose == purpose, IS_OPEN)


def _done(connection: Connection, deed: Update, found: Row) -> Row:
    connection.execute(deed)
    return dict(connection.execute(select(alert).where(alert.c.id == found["id"])).mappings().one())


def _noted(found: Row, note: str | None) -> str | None:
    return " / ".join(one for one in (found["note"], note) if one) or None
