"""Customers who are worth an offer and are left in peace, each with what was told about them."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, select

from churn.stores.ledger.queries.offers import Offers, ranked, rests
from churn.stores.ledger.tables import contact, latest, outcome, suppression

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Excluded(Offers):
    """Which of those who are left out."""

    cause: str | None = None
    limit: int = 50
    offset: int = 0


def excluded(connection: Connection, wanted: Excluded) -> dict[str, Any]:
    """Give one page in the order of the call list, and how many there are; each row holds `told`, newest first.

    `told` are the suppressions, contacts or outcomes behind the cause.
    """
    query = ranked(wanted)
    cause = query.selected_columns.cause
    mine = cause.is_not(None) if wanted.cause is None else cause == wanted.cause
    everybody = connection.execute(query.where(mine)).mappings().all()
    page = [dict(row) for row in everybody[wanted.offset : wanted.offset + wanted.limit]]
    return {"total": len(everybody), "customers": _with_told(connection, wanted, _shown(connection, wanted, page))}


def _shown(connection: Connection, wanted: Excluded, page: Rows) -> Rows:
    """Add what else is shown of these customers; who was erased meanwhile is gone."""
    shown = (latest.c.probability.label("churn_probability"), latest.c.monthly.label("monthly_value"))
    names = [row["customer_id"] for row in page]
    mine = and_(latest.c.purpose == wanted.purpose, latest.c.customer.in_(names))
    found = connection.execute(select(latest.c.customer.label("customer_id"), *shown).where(mine)).mappings()
    more = {row["customer_id"]: dict(row) for row in found}
    return [row | more[row["customer_id"]] for row in page if row["customer_id"] in more]


def _with_told(connection: Connection, wanted: Excluded, rows: Rows) -> Rows:
    by_cause = defaultdict(list)
    for row in rows:
        by_cause[row["cause"]].append(row["customer_id"])
    told: dict[tuple[str, str], Rows] = defaultdict(list)
    for cause, names in by_cause.items():
        for one in connection.execute(_behind(cause, names, wanted)).mappings():
            told[cause, one["customer"]].append(dict(one))
    return [row | {"told": told[row["cause"], row["customer_id"]]} for row in rows]


def _behind(cause: str, names: list[str], wanted: Excluded) -> Select[Any]:
    """Ask for what was told of these customers that makes the cause hold."""
    if cause == "suppressed":
        held = and_(suppression.c.customer.in_(names), suppression.c.until >= wanted.today)
        return select(suppression).where(held).order_by(suppression.c.until.desc(), suppression.c.reason)
    if cause == "contacted":
        return select(contact).where(contact.c.customer.in_(names), rests(wanted)).order_by(contact.c.at.desc())
    told = and_(outcome.c.customer.in_(names), outcome.c.purpose == wanted.purpose, outcome.c.churned)
    return select(outcome).where(told).order_by(outcome.c.observed_on.desc())
