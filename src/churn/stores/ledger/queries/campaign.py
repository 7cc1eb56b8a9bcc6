"""A campaign's two arms: who was contacted and who was held out, and what became of them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, and_, cast, exists, func, select
from sqlalchemy.sql.elements import ColumnElement
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
    """Count each arm: customers, contacts, mature, known, churned, monthly value, and what was spent on the known.

    `calls` are all contacts with the contacted within the horizon of the first, and `offers_taken` the offers made in
    them to those who stayed: each offer is taken once.

    A customer belongs to the arm of the first contact, whatever followed. To leave out the held-out who were called
    after all would leave out stayers, for who has left is not called, and the calls would seem to save more than they
    did; `crossed` tells how many of them were called within the horizon, whose effect dilutes the comparison.
    """
    found = {bool(row["held_out"]): dict(row) for row in connection.execute(_arms(drive)).mappings()}
    empty = dict.fromkeys(("customers", "contacts", "mature", "known", "churned", "calls", "offers_taken"), 0)
    return {
        "contacted": empty | {"monthly": None} | found.get(False, {}),
        "held_out": empty | {"monthly": None} | found.get(True, {}),
        "crossed": {"customers": connection.execute(_crossed(drive)).scalar_one()},
    }


def _crossed(drive: Drive) -> Select[Any]:
    """Count who was held out, and called before the outcome could be known."""
    first, call = _first(drive), contact.alias("call")
    return select(func.count()).select_from(first).where(first.c.held_out, exists().where(_soon(call, first, drive)))


def _soon(call: Any, first: Subquery, drive: Drive) -> ColumnElement[bool]:
    """Join calls to a customer's first contact: those before the outcome could be known, also after `until`."""
    same = and_(call.c.customer == first.c.customer, call.c.purpose == drive.purpose, call.c.held_out.is_(False))
    return and_(same, call.c.at.between(first.c.at, first.c.at + drive.horizon_days * DAY))


def _spent(first: Subquery, drive: Drive) -> Subquery:
    """Count the calls to each of the contacted within the horizon, and the offers made in them."""
    call = contact.alias("call")
    who, many, offers = first.c.customer, func.count().label("calls"), func.count(call.c.offer).label("offers")
    calls = first.join(call, _soon(call, first, drive))
    return (
        select(who, many, offers).select_from(calls).where(first.c.held_out.is_(False)).group_by(who).subquery("spent")
    )


def _first(drive: Drive) -> Subquery:
    ranked = _ranked(drive)
    return select(ranked).where(ranked.c.rank == 1).subquery("first")


def _arms(drive: Drive) -> Select[Any]:
    first = _first(drive)
    spent, keys = _spent(first, drive), ("customer", "at", "held_out", "contacts")
    known = labelled(first, drive.horizon_days, drive.purpose, *keys, every=True)
    mature = known.c.at <= drive.now - drive.horizon_days * DAY
    judged = and_(mature, known.c.churned.is_not(None))
    worth = and_(latest.c.customer == known.c.customer, latest.c.purpose == drive.purpose)
    figures = {
        "customers": func.count(),
        "contacts": func.sum(known.c.contacts),
        "mature": func.count().filter(mature),
        "known": func.count().filter(judged),
        "churned": func.count().filter(judged, known.c.churned == 1),
        "calls": _total(spent.c.calls, judged),
        "offers_taken": _total(spent.c.offers, and_(judged, known.c.churned == 0)),
        "monthly": func.avg(latest.c.monthly).filter(judged),
    }
    told = [figure.label(name) for name, figure in figures.items()]
    beside = known.outerjoin(latest, worth).outerjoin(spent, spent.c.customer == known.c.customer)
    return select(known.c.held_out, *told).select_from(beside).group_by(known.c.held_out)


def _total(counted: ColumnElement[int], whose: ColumnElement[bool]) -> ColumnElement[int]:
    """Sum counts into a whole number, which PostgreSQL would make a decimal."""
    return cast(func.coalesce(func.sum(counted).filter(whose), 0), BigInteger)


def _ranked(drive: Drive) -> Subquery:
    """Give each contact its number among those of its customer, and how many there are of its kind."""
    mine = and_(contact.c.purpose == drive.purpose, contact.c.at >= drive.since, contact.c.at < drive.until)
    who = contact.c.customer
    rank = func.row_number().over(partition_by=who, order_by=(contact.c.at, contact.c.id)).label("rank")
    contacts = func.count().over(partition_by=(who, contact.c.held_out)).label("contacts")
    return select(contact, rank, contacts).where(mine).subquery("ranked")
