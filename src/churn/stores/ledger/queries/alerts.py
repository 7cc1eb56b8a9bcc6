"""Alerts: those that are open, and those that were lately."""

from typing import Any

from sqlalchemy import Connection, func, or_, select

from churn.stores.ledger.tables import alert


def alerts(connection: Connection, since: int, limit: int, offset: int) -> dict[str, Any]:
    """Give one page of the alerts that are open or were raised or resolved since, open and newest first."""
    seen = or_(alert.c.resolved_at.is_(None), alert.c.resolved_at >= since, alert.c.raised_at >= since)
    order = (alert.c.resolved_at.is_not(None), alert.c.last_at.desc(), alert.c.id.desc())
    page = select(alert).where(seen).order_by(*order).limit(limit).offset(offset)
    total = connection.execute(select(func.count()).select_from(alert).where(seen)).scalar_one()
    still = select(func.count()).select_from(alert).where(alert.c.resolved_at.is_(None))
    return {
        "total": total,
        "open": connection.execute(still).scalar_one(),
        "alerts": [dict(row) for row in connection.execute(page).mappings()],
    }
