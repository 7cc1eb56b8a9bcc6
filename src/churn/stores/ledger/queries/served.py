"""What this fleet really served, and when."""

from typing import Any

from sqlalchemy import Connection, func, select

from churn.stores.ledger.tables import serving


def events(connection: Connection, limit: int, offset: int) -> dict[str, Any]:
    """Give one page of the moments when a host began to serve a version, newest first."""
    page = select(serving).order_by(serving.c.at.desc(), serving.c.id.desc()).limit(limit).offset(offset)
    total = connection.execute(select(func.count()).select_from(serving)).scalar_one()
    return {"total": total, "events": [dict(row) for row in connection.execute(page).mappings()]}


def at(connection: Connection, moment: int) -> list[dict[str, Any]]:
    """Give what each host served at a moment: its last event until then."""
    rank = func.row_number().over(partition_by=serving.c.host, order_by=(serving.c.at.desc(), serving.c.id.desc()))
    ranked = select(serving, rank.label("rank")).where(serving.c.at <= moment).subquery()
    last = select(*[ranked.c[column.name] for column in serving.c]).where(ranked.c.rank == 1).order_by(ranked.c.host)
    return [dict(row) for row in connection.execute(last).mappings()]
