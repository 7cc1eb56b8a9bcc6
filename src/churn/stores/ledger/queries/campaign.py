"""A campaign's two arms: who was contacted and who was held out, and what became of them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Integer, Select, and_, cast, func, select
from sqlalchemy.sql.selectable import Subquery

from churn.stores.ledger.queries.cells import DAY
from churn.stores.ledger.queries.labels import labelled
from churn.stores.ledger.tables import contact, latest


@dataclass(frozen=True, slots=True)
class Drive:
    """Contacts from `since` until before `until`, seen from `now` (microseconds)."""

    since: int
    until: int
    now: int
    horizon_days: int
    purpose: str = "production"


def arms(connection: Connection, drive: Drive) -> dict[str, dict[str, Any]]:
    """Count each arm: customers, contacts, mature, known, churned, monthly value and offers of the known.

    A customer belongs to the arm of the first contact; one who is in both is told as `crossed` and counts in neither.
    """
    found = {bool(row["held_out"]): dict(row) for row in connection.execute(_arms(drive)).mappings()}
    empty = dict.fromkeys(("customers", "contacts", "mature", "known", "churned", "offered_stayers"), 0)
    crossed = connection.execute(select(func.count()).select_from(_crossed(drive).subquery())).scalar_one()
    return {
        "contacted": empty | {"monthly": None} | found.get(False, {}),
        "held_out": empty | {"monthly": None} | found.get(True, {}),
        "crossed": {"customers": crossed},
    }


def _arms(drive: Drive) -> Select[Any]:
    first = _first(drive)
    known = labelled(first, drive.horizon_days, drive.purpose, "customer")
    mature = first.c.at <= drive.now - drive.horizon_days * DAY
    judged = and_(mature, known.c.churned.is_not(None))
    stayer = and_(judged, known.c.churned == 0, first.c.offer.is_not(None))
    worth = and_(latest.c.customer == first.c.customer, latest.c.purpose == drive.purpose)
    joined = first.outerjoin(known, known.c.customer == first.c.customer).outerjoin(latest, worth)
    return (
        select(
            first.c.held_out,
            func.count().label("customers"),
            func.sum(first.c.contacts).label("contacts"),
            func.sum(cast(mature, Integer)).label("mature"),
            func.coalesce(func.sum(cast(judged, Integer)), 0).label("known"),
            func.coalesce(func.sum(known.c.churned).filter(judged), 0).label("churned"),
            func.coalesce(func.sum(cast(stayer, Integer)), 0).label("offered_stayers"),
            func.avg(latest.c.monthly).filter(judged).label("monthly"),
        )
        .select_from(joined)
        .group_by(first.c.held_out)
    )


def _first(drive: Drive) -> Subquery:
    rank = func.row_number().over(partition_by=contact.c.customer, order_by=(contact.c.at, contact.c.id))
    contacts = func.count().over(partition_by=contact.c.customer).label("contacts")
    ranked = select(contact, contacts, rank.label("rank")).where(_mine(drive)).subquery("ranked")
    pure = ranked.c.customer.not_in(_crossed(drive))
    return select(ranked).where(ranked.c.rank == 1, pure).subquery("first")


def _crossed(drive: Drive) -> Select[Any]:
    held = cast(contact.c.held_out, Integer)
    both = func.min(held) != func.max(held)
    return select(contact.c.customer).where(_mine(drive)).group_by(contact.c.customer).having(both)


def _mine(drive: Drive) -> Any:
    return and_(contact.c.purpose == drive.purpose, contact.c.at >= drive.since, contact.c.at < drive.until)
