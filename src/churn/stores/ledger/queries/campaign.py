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
    ranked = _ranked(drive)
    crossed = select(func.count()).where(ranked.c.rank == 1, ranked.c.ever_held != ranked.c.always_held)
    return {
        "contacted": empty | {"monthly": None} | found.get(False, {}),
        "held_out": empty | {"monthly": None} | found.get(True, {}),
        "crossed": {"customers": connection.execute(crossed).scalar_one()},
    }


def _arms(drive: Drive) -> Select[Any]:
    ranked = _ranked(drive)
    first = select(ranked).where(ranked.c.rank == 1, ranked.c.ever_held == ranked.c.always_held).subquery("first")
    keys = ("customer", "at", "held_out", "offer", "contacts")
    known = labelled(first, drive.horizon_days, drive.purpose, *keys, every=True)
    mature = known.c.at <= drive.now - drive.horizon_days * DAY
    judged = and_(mature, known.c.churned.is_not(None))
    stayer = and_(judged, known.c.churned == 0, known.c.offer.is_not(None))
    worth = and_(latest.c.customer == known.c.customer, latest.c.purpose == drive.purpose)
    figures = {
        "customers": func.count(),
        "contacts": func.sum(known.c.contacts),
        "mature": func.count().filter(mature),
        "known": func.count().filter(judged),
        "churned": func.count().filter(judged, known.c.churned == 1),
        "offered_stayers": func.count().filter(stayer),
        "monthly": func.avg(latest.c.monthly).filter(judged),
    }
    told = [figure.label(name) for name, figure in figures.items()]
    return select(known.c.held_out, *told).select_from(known.outerjoin(latest, worth)).group_by(known.c.held_out)


def _ranked(drive: Drive) -> Subquery:
    """Give each contact its number among those of its customer, and whether any and whether all were held out."""
    mine = and_(contact.c.purpose == drive.purpose, contact.c.at >= drive.since, contact.c.at < drive.until)
    who, held = contact.c.customer, cast(contact.c.held_out, Integer)
    told = [
        func.row_number().over(partition_by=who, order_by=(contact.c.at, contact.c.id)).label("rank"),
        func.count().over(partition_by=who).label("contacts"),
        func.min(held).over(partition_by=who).label("always_held"),
        func.max(held).over(partition_by=who).label("ever_held"),
    ]
    return select(contact, *told).where(mine).subquery("ranked")
