"""Customers of one window whose horizon is over, with what became of them, and what they were scored on."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, distinct, exists, func, select

from churn.stores.ledger import bodies
from churn.stores.ledger.columnar import Row
from churn.stores.ledger.feedback import day as date_of
from churn.stores.ledger.lots import LOTS, lot
from churn.stores.ledger.queries import windows
from churn.stores.ledger.queries.cells import DAY, day, prediction
from churn.stores.ledger.queries.labels import labelled
from churn.stores.ledger.queries.matured import Span
from churn.stores.ledger.tables import contact, latest, outcome, score

KEYS = ("record", "row")
MOST = 50_000
"""Customers that are looked at."""


@dataclass(frozen=True, slots=True)
class Mature:
    """A customer's first score by a version in a window; `churned` is None where nobody has told yet.

    `called`: within the horizon, so that the outcome is the call's as well; `held`: left alone by the lot.
    """

    model_version: int
    customer: str
    record: str
    row: int
    at: int
    probability: float
    monthly: float | None
    churned: int | None
    called: bool
    held: bool


def mature(connection: Connection, span: Span) -> list[Mature]:
    """Give everybody whom a version scored from `since` until before `until`, by the first score in it.

    Of very many customers some are drawn by lot.
    """
    first = _first(span, _drawn(connection, span.purpose)).subquery("first")
    known = labelled(first, span.horizon_days, span.purpose, *KEYS)
    told = known.c.churned.label("churned")
    same = and_(*(known.c[key] == first.c[key] for key in KEYS))
    marks = (_contacted(first, span, held=False).label("called"), _contacted(first, span, held=True).label("held"))
    names = ("model_version", "customer", *KEYS, "at", "probability", "monthly")
    found = select(*(first.c[name] for name in names), told, *marks).select_from(first.outerjoin(known, same))
    return [
        Mature(*row[:8], *map(bool, row[8:])) for row in connection.execute(found.order_by(first.c.at, *_place(first)))
    ]


def asked(connection: Connection, cases: list[Mature]) -> dict[str, Row]:
    """Give what these customers, of one version, were scored on; who was erased, or came in a file, is left out."""
    chosen: dict[str, set[int]] = {}
    for one in cases:
        chosen.setdefault(one.record, set()).add(one.row)
    return {bodies.customer_of(row) or "": row for row in windows.asked(connection, chosen)}


def came_back(connection: Connection, span: Span, grace_days: int) -> tuple[int, int]:
    """Count customers told to have left from `since` until a horizon after `until`, and those scored again later.

    Later than `grace_days` after the day of leaving: a firm hears of it some days on, and scores them until then.
    """
    begins, ends = date_of(span.since), date_of(span.until + span.horizon_days * DAY)
    told = (outcome.c.purpose == span.purpose, outcome.c.churned, outcome.c.observed_on.between(begins, ends))
    again = and_(
        latest.c.purpose == span.purpose,
        latest.c.customer == outcome.c.customer,
        latest.c.at <= span.now,
        day(latest.c.at - grace_days * DAY) > outcome.c.observed_on,
    )
    count = select(func.count(distinct(outcome.c.customer))).where(*told)
    return connection.execute(count).scalar_one(), connection.execute(count.where(exists().where(again))).scalar_one()


def _drawn(connection: Connection, purpose: str) -> list[ColumnElement[bool]]:
    """Keep to customers whose lot falls into a part, where there are too many to look at."""
    known = connection.execute(select(func.count()).select_from(latest).where(latest.c.purpose == purpose)).scalar_one()
    return [] if known <= MOST else [lot(score.c.customer) < int(MOST / known * LOTS)]


def _first(span: Span, drawn: list[ColumnElement[bool]]) -> Select[Any]:
    order = (score.c.at, score.c.record, score.c.row)
    who = (score.c.customer, score.c.model_version)
    place = func.row_number().over(partition_by=who, order_by=order).label("place")
    named = prediction(score.c.record, score.c.row).label("prediction")
    mine = (score.c.purpose == span.purpose, score.c.at >= span.since, score.c.at < span.until, *drawn)
    ranked = select(score, named, place).where(*mine).subquery("ranked")
    return select(ranked).where(ranked.c.place == 1)


def _contacted(first: Any, span: Span, *, held: bool) -> ColumnElement[bool]:
    same = and_(contact.c.customer == first.c.customer, contact.c.purpose == span.purpose)
    within = contact.c.at.between(first.c.at, first.c.at + span.horizon_days * DAY)
    return exists().where(same, within, contact.c.held_out.is_(held))


def _place(first: Any) -> tuple[ColumnElement[Any], ...]:
    return first.c.record, first.c.row
