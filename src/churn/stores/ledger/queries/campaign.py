"""A campaign's two arms: who was contacted and who was held out, and what became of them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, and_, cast, func, select
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Subquery

from churn.stores.ledger.queries.cells import DAY, SECOND
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

    `calls` are all calls to them within the horizon of the first contact, and `offers_taken` the offers made in these
    to those who stayed: each offer is taken once.

    A customer belongs to the arm of the first contact, whatever followed. To leave out the held-out who were called
    after all would leave out stayers, for who has left is not called, and the calls would seem to save more than they
    did; `crossed` tells how many of them were called within the horizon, whose effect dilutes the comparison.
    """
    found = {bool(row["held_out"]): dict(row) for row in connection.execute(_arms(drive)).mappings()}
    empty = dict.fromkeys(("customers", "contacts", "mature", "known", "churned", "called", "calls", "offers_taken"), 0)
    contacted, held_out = (empty | {"monthly": None} | found.get(arm, {}) for arm in (False, True))
    return {"contacted": contacted, "held_out": held_out, "crossed": {"customers": held_out["called"]}}


def _arms(drive: Drive) -> Select[Any]:
    keys = ("customer", "at", "held_out", "contacts", "calls", "offers")
    known = labelled(_first(drive), drive.horizon_days, drive.purpose, *keys, every=True)
    mature = known.c.at <= drive.now - drive.horizon_days * DAY
    judged = and_(mature, known.c.churned.is_not(None))
    worth = and_(latest.c.customer == known.c.customer, latest.c.purpose == drive.purpose)
    figures = {
        "customers": func.count(),
        "contacts": func.sum(known.c.contacts),
        "mature": func.count().filter(mature),
        "known": func.count().filter(judged),
        "churned": func.count().filter(judged, known.c.churned == 1),
        "called": func.count().filter(known.c.calls > 0),
        "calls": _total(known.c.calls, judged),
        "offers_taken": _total(known.c.offers, and_(judged, known.c.churned == 0)),
        "monthly": func.avg(latest.c.monthly).filter(judged),
    }
    told = [figure.label(name) for name, figure in figures.items()]
    return select(known.c.held_out, *told).select_from(known.outerjoin(latest, worth)).group_by(known.c.held_out)


def _total(counted: ColumnElement[int], whose: ColumnElement[bool]) -> ColumnElement[int]:
    """Sum counts into a whole number, which PostgreSQL would make a decimal."""
    return cast(func.coalesce(func.sum(counted).filter(whose), 0), BigInteger)


def _first(drive: Drive) -> Subquery:
    """Take the first contact of each customer, if it lies before `until`."""
    ranked = _ranked(drive)
    return select(ranked).where(ranked.c.rank == 1, ranked.c.at < drive.until).subquery("first")


def _ranked(drive: Drive) -> Subquery:
    """Give each contact its number among those of its customer, and how many there are of its kind until `until`.

    `calls` and `offers` are made from it on before its outcome could be known, also after `until`.
    """
    span = contact.c.at.between(drive.since, drive.until + drive.horizon_days * DAY)
    mine = and_(contact.c.purpose == drive.purpose, span)
    who, at, call = contact.c.customer, contact.c.at, contact.c.held_out.is_(False)
    kind = [who, contact.c.held_out]
    frame = (0, drive.horizon_days * DAY // SECOND)  # in seconds, for a frame's bounds are integers of 32 bits
    soon: dict[str, Any] = {"partition_by": who, "order_by": at // SECOND, "range_": frame}
    figures = {
        "rank": func.row_number().over(partition_by=who, order_by=(at, contact.c.id)),
        "contacts": func.count().filter(at < drive.until).over(partition_by=kind),
        "calls": func.count().filter(call).over(**soon),
        "offers": func.count(contact.c.offer).filter(call).over(**soon),
    }
    return select(contact, *(one.label(name) for name, one in figures.items())).where(mine).subquery("ranked")
