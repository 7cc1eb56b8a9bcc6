"""Scores old enough that what became of the customer can be known."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, and_, case, distinct, exists, func, select
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
    """Give counts and labels by version and window; each customer counts once in each, by its first score there.

    `counts` holds (version, window, scored, mature), `contacted` (version, window, customers called within the horizon)
    and `labels` (version, window, probability, churned); windows are numbered from 1970.
    """
    return {
        "counts": _counts(connection, span),
        "contacted": _contacted(connection, span),
        "labels": _labels(connection, span),
    }


def _counts(connection: Connection, span: Span) -> Rows:
    old = case((score.c.at <= _end(span), score.c.customer))
    window = _window(span).label("window")
    figures = (func.count(distinct(score.c.customer)), func.count(distinct(old)))
    found = select(score.c.model_version, window, *figures).where(_mine(span)).group_by(score.c.model_version, "window")
    return [tuple(row) for row in connection.execute(found.order_by(score.c.model_version, "window"))]


def _contacted(connection: Connection, span: Span) -> Rows:
    first = _first(span, contact)
    groups = (first.c.model_version, first.c.window)
    found = select(*groups, func.count()).where(first.c.at <= _end(span), _called(first, span)).group_by(*groups)
    return [tuple(row) for row in connection.execute(found)]


def _labels(connection: Connection, span: Span) -> Rows:
    first = _first(span, outcome)
    wanted = select(first).where(first.c.at <= _end(span))
    moments = (wanted if span.contacted else wanted.where(~_called(first, span))).subquery("moments")
    keys = ("record", "row", "model_version", "window", "probability")
    known = labelled(moments, span.horizon_days, span.purpose, *keys)
    labels = select(known.c.model_version, known.c.window, known.c.probability, known.c.churned)
    return [tuple(row) for row in connection.execute(labels)]


def _first(span: Span, among: Table) -> Subquery:
    """Take the first score of a version in a window of each customer of whom another table tells."""
    window = _window(span).label("window")
    rank = func.row_number().over(
        partition_by=(score.c.customer, score.c.model_version, window),
        order_by=(score.c.at, score.c.record, score.c.row),
    )
    named = prediction(score.c.record, score.c.row).label("prediction")
    told = score.c.customer.in_(select(among.c.customer))
    ranked = select(score, window, named, rank.label("rank")).where(_mine(span), told).subquery("ranked")
    return select(ranked).where(ranked.c.rank == 1).subquery("first")


def _called(moments: Subquery, span: Span) -> ColumnElement[bool]:
    """Tell whether the customer was called, not held out, within the horizon."""
    same = and_(contact.c.customer == moments.c.customer, contact.c.purpose == span.purpose)
    within = contact.c.at.between(moments.c.at, moments.c.at + span.horizon_days * DAY)
    return exists().where(same, within, contact.c.held_out.is_(False))


def _mine(span: Span) -> ColumnElement[bool]:
    return and_(score.c.purpose == span.purpose, score.c.at >= span.since, score.c.at <= span.until)


def _end(span: Span) -> int:
    """Give the time until which a score is mature."""
    return span.now - span.horizon_days * DAY


def _window(span: Span) -> ColumnElement[int]:
    return score.c.at // (span.window_days * DAY)
