"""Alerts: those that are open, and those that were lately."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, case, func, or_, select

from churn.stores.ledger.tables import alert, delivery

SEVERITIES = ("low", "medium", "high", "critical")
RANK = {word: place for place, word in enumerate(SEVERITIES)}
EARLIER = {"info": "low", "warning": "medium", "error": "high"}
"""What earlier versions called them: a ledger keeps what it was told, and older processes go on telling it so."""
NOT_KNOWN = "high"
"""What nobody can place is not taken lightly."""

MEANT = {word: word for word in SEVERITIES} | EARLIER
severity = case(*[(alert.c.severity == word, meant) for word, meant in MEANT.items()], else_=NOT_KNOWN)
rank = case(*[(alert.c.severity == word, RANK[meant]) for word, meant in MEANT.items()], else_=RANK[NOT_KNOWN])
state = case(
    (alert.c.resolved_at.is_not(None), "resolved"),
    (alert.c.acknowledged_at.is_not(None), "acknowledged"),
    else_="open",
)
ROW = [severity.label(one.name) if one is alert.c.severity else one for one in alert.c] + [state.label("state")]


def alerts(
    connection: Connection, since: int, limit: int, offset: int, severities: Sequence[str] = (),
    purpose: str = "production",
) -> dict[str, Any]:  # fmt: skip
    """Give one page of the alerts that are open or were raised or resolved since, open and newest first.

    With `severities` only those of these; so is `open` counted.
    """
    lately = or_(alert.c.resolved_at.is_(None), alert.c.resolved_at >= since, alert.c.raised_at >= since)
    seen = [alert.c.purpose == purpose, lately, *([severity.in_(severities)] if severities else [])]
    order = (alert.c.resolved_at.is_not(None), alert.c.last_at.desc(), alert.c.id.desc())
    page = select(*ROW).where(*seen).order_by(*order).limit(limit).offset(offset)
    count = select(func.count()).select_from(alert).where(*seen)
    return {
        "total": connection.execute(count).scalar_one(),
        "open": connection.execute(count.where(alert.c.resolved_at.is_(None))).scalar_one(),
        "alerts": with_deliveries(connection, [dict(row) for row in connection.execute(page).mappings()]),
    }


def whole(connection: Connection, name: str) -> dict[str, Any]:
    """Give the alert with this id, with its `deliveries`."""
    found = connection.execute(select(*ROW).where(alert.c.id == name)).mappings().one()
    return with_deliveries(connection, [dict(found)])[0]


def counted(connection: Connection) -> list[dict[str, Any]]:
    """Count the alerts that are not resolved by kind, severity, state and purpose."""
    by = (alert.c.kind, severity.label("severity"), state.label("state"), alert.c.purpose)
    asked = select(*by, func.count().label("alerts")).where(alert.c.resolved_at.is_(None)).group_by(*by)
    return [dict(row) for row in connection.execute(asked).mappings()]


def with_deliveries(connection: Connection, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put beside each alert, as `deliveries`, who was told what, in the order of time."""
    asked = select(delivery).where(delivery.c.alert.in_([one["id"] for one in found])).order_by(delivery.c.at)
    of: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in connection.execute(asked).mappings():
        of[row["alert"]].append(dict(row))
    return [one | {"deliveries": of[one["id"]]} for one in found]
