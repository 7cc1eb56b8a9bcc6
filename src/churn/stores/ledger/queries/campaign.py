"""A campaign's two arms: who was contacted and who was held out, and what became of them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, select
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

    A customer belongs to the arm of the first contact, whatever followed. To leave out the held-out who were called
    after all would leave out stayers, for who has left is not called, and the calls would seem to save more than they
    did; `crossed` tells how many of them were called within the horizon, whose effect dilutes the comparison.
    """
    found = {bool(row["held_out"]): dict(row) for row in connection.execute(_arms(drive)).mappings()}
    empty = dict.fromkeys(("customers", "contacts", "mature", "known", "churned", "offered_stayers"), 0)
    return {
        "contacted": empty | {"monthly": None} | found.get(False, {}),
        "held_out": empty | {"monthly": None} | found.get(True, {}),
        "crossed": {"customers": connection.execute(_crossed(drive)).scalar_one()},
    }


def _crossed(drive: Drive) -> Select[Any]:
    """Count who was held out, and called before the outcome could be known."""
    first, call = _first(drive), contact.alias("call")
    same = and_(call.c.customer == first.c.customer, call.c.purpose == drive.purpose, call.c.held_out.is_(False))
    soon = call.c.at.between(first.c.at, first.c.at + drive.horizon_days * DAY)
    return select(func.count()).select_from(first).where(first.c.held_out, exists().where(same, soon))


def _first(drive: Drive) -> Subquery:
    ranked = _ranked(drive)
    return select(ranked).where(ranked.c.rank == 1).subquery("first")


def _arms(drive: Drive) -> Select[Any]:
    first = _first(drive)
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
    """Give each contact its number among those of its customer, and how many there are of its kind."""
    mine = and_(contact.c.purpose == drive.purpose, contact.c.at >= drive.since, contact.c.at < drive.until)
    who = contact.c.customer
    rank = func.row_number().over(partition_by=who, order_by=(contact.c.at, contact.c.id)).label("rank")
    contacts = func.count().over(partition_by=(who, contact.c.held_out)).label("contacts")
    return select(contact, rank, contacts).where(mine).subquery("ranked")
