"""Everybody's last known score, sorted and paged."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.sql.elements import ColumnElement

from churn.stores.ledger.queries import segments
from churn.stores.ledger.queries.cells import Expression, prediction
from churn.stores.ledger.queries.gone import gone
from churn.stores.ledger.tables import latest
from churn.terms import Segment

SECOND = 1_000_000
"""Times are added up in two parts: SQLite's sums of whole microseconds overflow at five thousand customers."""
SORTS = {
    "expected_value": latest.c.expected_value,
    "churn_probability": latest.c.probability,
    "monthly_value": latest.c.monthly,
    "at": latest.c.at,
    "customer_id": latest.c.customer,
}
SHOWN: tuple[Expression, ...] = (
    latest.c.customer.label("customer_id"),
    latest.c.probability.label("churn_probability"),
    latest.c.tier.label("risk_tier"),
    latest.c.offer,
    latest.c.expected_value,
    latest.c.monthly.label("monthly_value"),
    latest.c.model_version,
    latest.c.at,
    prediction(latest.c.record, latest.c.row).label("prediction_id"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which customers, in which order, from where on; a minus before `sort` means the largest first."""

    purpose: str = "production"
    tier: str | None = None
    offer: bool | None = None
    min_probability: float | None = None
    groups: tuple[tuple[Segment, str], ...] = field(default=())
    left: bool = False
    """Those who have left, in place of those who are there."""
    sort: str = "-expected_value"
    limit: int = 50
    offset: int = 0


def customers(connection: Connection, wanted: Wanted) -> dict[str, Any]:
    """Give one page of customers, and how many there are in all."""
    where = _conditions(wanted)
    total = connection.execute(select(func.count()).select_from(latest).where(*where)).scalar_one()
    order = _order(wanted.sort)
    names = select(latest.c.customer).where(*where).order_by(*order).limit(wanted.limit).offset(wanted.offset)
    mine = (latest.c.purpose == wanted.purpose, latest.c.customer.in_(names))
    page = select(*SHOWN).where(*mine).order_by(*order)
    return {"total": total, "customers": [dict(row) for row in connection.execute(page).mappings()]}


def mark(connection: Connection, purpose: str) -> tuple[Any, ...]:
    """Give what changes whenever anybody's last score does, or anybody is erased; the first is how many there are.

    What is written late bears the time at which it began, so that the newest time alone would not move.
    """
    at = latest.c.at
    sums = (at // SECOND, at % SECOND, latest.c.probability, latest.c.expected_value, latest.c.monthly)
    moving = (func.max(at), func.max(latest.c.record), *map(func.sum, sums))
    return tuple(connection.execute(select(func.count(), *moving).where(latest.c.purpose == purpose)).one())


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    left = latest.c.customer.in_(gone(wanted.purpose))
    found: list[ColumnElement[bool]] = [latest.c.purpose == wanted.purpose, left if wanted.left else ~left]
    if wanted.tier is not None:
        found.append(latest.c.tier == wanted.tier)
    if wanted.offer is not None:
        found.append(latest.c.offer.is_(wanted.offer))
    if wanted.min_probability is not None:
        found.append(latest.c.probability >= wanted.min_probability)
    return found + [segments.group(segment) == value for segment, value in wanted.groups]


def _order(sort: str) -> list[Any]:
    """Sort with the customer's name as the last word, so that pages neither repeat nor skip anybody."""
    column = SORTS[sort.removeprefix("-")]
    if column is latest.c.customer:
        return [column.desc() if sort.startswith("-") else column]
    return [column.desc() if sort.startswith("-") else column, latest.c.customer]
