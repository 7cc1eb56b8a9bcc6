"""Scores old enough that what became of the customer can be known."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, case, distinct, exists, func, select
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Subquery

from churn.stores.ledger.queries.cells import DAY, prediction
from churn.stores.ledger.queries.labels import labelled
from churn.stores.ledger.tables import contact, outcome, score

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Span:
    """Scores made from `since` until `until` (microseconds), in windows of so many days, seen from `now`."""

    since: int
    until: int
    horizon_days: int
    now: int
    window_days: int = 30
    purpose: str = "production"
    contacted: bool = False
    """Whether customers who were called within the horizon count too: their outcome is the call's as well."""


def matured(connection: Connection, span: Span) -> dict[str, Rows]:
    """Give counts and labels of three kinds of group, each customer once in each group, by the first score there.

    A group's key is (version, window), (version,) or (), which is all; windows are numbered from 1970. `counts` holds
    (key, scored, mature), `contacted` (key, customers called within the horizon), `labels` (key, probability, churned).
    The first score, for a later one would be chosen by what became of the customer: who has left is not scored again.
    """
    window = window_of(span).label("window")
    groups = ((score.c.model_version, window), (score.c.model_version,), ())
    return {
        "counts": [one for group in groups for one in _counts(connection, span, group)],
        "contacted": _keyed(connection, _contacted(span)),
        "labels": _keyed(connection, _labels(span)),
    }


def feedback_mark(connection: Connection, purpose: str) -> tuple[tuple[Any, ...], ...]:
    """Give what changes whenever an outcome or a contact is told or erased."""
    marks = (select(func.count(), func.max(one.c.id)).where(one.c.purpose == purpose) for one in (outcome, contact))
    return tuple(tuple(connection.execute(mark).one()) for mark in marks)


def _counts(connection: Connection, span: Span, group: tuple[Any, ...]) -> Rows:
    old = case((score.c.at <= _end(span), score.c.customer))
    figures = (func.count(distinct(score.c.customer)), func.count(distinct(old)))
    names = [one.name for one in group]
    found = select(*group, *figures).where(mine(span)).group_by(*names).order_by(*names)
    return [(tuple(row[:-2]), *row[-2:]) for row in connection.execute(found)]


def _keyed(connection: Connection, query: Select[Any]) -> Rows:
    """Give each row once for each group in which its score is the customer's first."""
    return [
        (key, *told)
        for version, window, depth, *told in connection.execute(query)
        for key in ((version, window), (version,), ())[:depth]
    ]


def _contacted(span: Span) -> Select[Any]:
    first = _first(span, contact)
    groups = (first.c.model_version, first.c.window, first.c.depth)
    return select(*groups, func.count()).where(first.c.at <= _end(span), _called(first, span)).group_by(*groups)


def _labels(span: Span) -> Select[Any]:
    first = _first(span, outcome)
    wanted = select(first).where(first.c.at <= _end(span))
    moments = (wanted if span.contacted else wanted.where(~_called(first, span))).subquery("moments")
    keys = ("record", "row", "model_version", "window", "depth", "probability")
    known = labelled(moments, span.horizon_days, span.purpose, *keys)
    return select(known.c.model_version, known.c.window, known.c.depth, known.c.probability, known.c.churned)


def _first(span: Span, among: Table) -> Subquery:
    """Take the first score of a version in a window of each customer of whom another table tells.

    `depth` is 1, 2 where it is the first of the version as well, 3 where it is the first of all.
    """
    window, version, who = window_of(span).label("window"), score.c.model_version, score.c.customer
    order = (score.c.at, score.c.record, score.c.row)
    ranks = {
        "rank": func.row_number().over(partition_by=(who, version, window), order_by=order),
        "of_version": func.row_number().over(partition_by=(who, version), order_by=order),
        "of_all": func.row_number().over(partition_by=who, order_by=order),
    }
    named = prediction(score.c.record, score.c.row).label("prediction")
    told = who.in_(select(among.c.customer))
    numbers = [rank.label(name) for name, rank in ranks.items()]
    ranked = select(score, window, named, *numbers).where(mine(span), told).subquery("ranked")
    depth = case((ranked.c.of_all == 1, 3), (ranked.c.of_version == 1, 2), else_=1).label("depth")
    return select(ranked, depth).where(ranked.c.rank == 1).subquery("first")


def _called(moments: Subquery, span: Span) -> ColumnElement[bool]:
    """Tell whether the customer was called, not held out, within the horizon."""
    same = and_(contact.c.customer == moments.c.customer, contact.c.purpose == span.purpose)
    within = contact.c.at.between(moments.c.at, moments.c.at + span.horizon_days * DAY)
    return exists().where(same, within, contact.c.held_out.is_(False))


def mine(span: Span) -> ColumnElement[bool]:
    """Keep to the scores of a span."""
    return and_(score.c.purpose == span.purpose, score.c.at >= span.since, score.c.at <= span.until)


def _end(span: Span) -> int:
    """Give the time until which a score is mature."""
    return span.now - span.horizon_days * DAY


def window_of(span: Span) -> ColumnElement[int]:
    """Give the number of the window in which a score was made."""
    return score.c.at // (span.window_days * DAY)
