"""Alerts: those that are open, and those that were lately."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, case, func, or_, select

from churn.stores.ledger.tables import alert

SEVERITIES = ("low", "medium", "high", "critical")
EARLIER = {"info": "low", "warning": "medium", "error": "high"}
"""What earlier versions called them: a ledger keeps what it was told, and older processes go on telling it so."""
NOT_KNOWN = "high"
"""What nobody can place is not taken lightly."""

severity = case(
    *[(alert.c.severity == word, word) for word in SEVERITIES],
    *[(alert.c.severity == old, word) for old, word in EARLIER.items()],
    else_=NOT_KNOWN,
)


def alerts(
    connection: Connection, since: int, limit: int, offset: int, severities: Sequence[str] = ()
) -> dict[str, Any]:
    """Give one page of the alerts that are open or were raised or resolved since, open and newest first.

    With `severities` only those of these; so is `open` counted.
    """
    lately = or_(alert.c.resolved_at.is_(None), alert.c.resolved_at >= since, alert.c.raised_at >= since)
    seen = [lately, *([severity.in_(severities)] if severities else [])]
    order = (alert.c.resolved_at.is_not(None), alert.c.last_at.desc(), alert.c.id.desc())
    told = [severity.label(one.name) if one is alert.c.severity else one for one in alert.c]
    page = select(*told).where(*seen).order_by(*order).limit(limit).offset(offset)
    count = select(func.count()).select_from(alert).where(*seen)
    return {
        "total": connection.execute(count).scalar_one(),
        "open": connection.execute(count.where(alert.c.resolved_at.is_(None))).scalar_one(),
        "alerts": [dict(row) for row in connection.execute(page).mappings()],
    }
