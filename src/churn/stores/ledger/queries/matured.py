"""Scores old enough that what became of the customer can be known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    Connection,
    Integer,
    Select,
    Table,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Subquery

from churn.stores.ledger.queries.cells import DAY, prediction
from churn.stores.ledger.queries.labels import labelled
from churn.stores.ledger.tables import contact, outcome, score

Rows = list[tuple[Any, ...]]
Firsts = dict[tuple[str, ...], CTE]


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
    (key, scored, mature), `contacted` (key, customers called within the horizon, customers held out and not called),
    `labels` (key, probability, churned, whether held out and not called).
    The first score, for a later one would be chosen by what became of the customer: who has left is not scored again.
    """
    return {
        "counts": _counts(connection, span),
        "contacted": _keyed(connection, _contacted(span)),
        "labels": _keyed(connection, _labels(span)),
    }


def feedback_mark(connection: Connection, purpose: str) -> tuple[tuple[Any, ...], ...]:
    """Give what changes whenever an outcome or a contact is told or erased."""
    marks = (select(func.count(), func.max(one.c.id)).where(one.c.purpose == purpose) for one in (outcome, contact))
    return tuple(tuple(connection.execute(mark).one()) for mark in marks)


def firsts(span: Span, what: ColumnElement[Any], *only: ColumnElement[bool]) -> Firsts:
    """Give the least of `what` for each customer of each window, of these of each version, of these altogether.

    One pass over the scores: the windows' are found among them, the others among those found before.
    """
    who = (score.c.customer, score.c.model_version, window_of(span).label("window"))
    by_window = select(*who, func.min(what).label("first")).where(mine(span), *only).group_by(*who).cte("by_window")
    by_version = _least(by_window, "customer", "model_version").cte("by_version")
    altogether = _least(by_version, "customer").cte("altogether")
    return {("model_version", "window"): by_window, ("model_version",): by_version, (): altogether}


def summed(connection: Connection, found: Firsts, told: Callable[[CTE], Sequence[ColumnElement[Any]]]) -> Rows:
    """Give (key, ...): what `told` spells for each group; what it labels `by` makes groups of its own within them."""
    parts = [_summed(found[names], names, told(found[names])) for names in found]
    return [(tuple(row[:depth]), *row[2:]) for depth, *row in connection.execute(union_all(*parts))]


def _least(of: CTE, *names: str) -> Select[Any]:
    keys = [of.c[name] for name in names]
    return select(*keys, func.min(of.c.first).label("first")).group_by(*keys)


def _summed(of: CTE, names: tuple[str, ...], told: Sequence[ColumnElement[Any]]) -> Select[Any]:
    keys, none = [of.c[name] for name in names], cast(null(), Integer)
    within = [one for one in told if getattr(one, "name", "") == "by"]
    padded = [*keys, *([none] * (2 - len(keys)))]
    return select(literal(len(keys)).label("depth"), *padded, *told).group_by(*keys, *within)


def _counts(connection: Connection, span: Span) -> Rows:
    """Count a group's customers, and those whose first score there is mature."""
    found = firsts(span, score.c.at)
    return summed(connection, found, lambda of: [func.count(), func.count(case((of.c.first <= _end(span), 1)))])


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
    arms = select(*groups, _called(first, span).label("called"), _held(first, span).label("held"))
    found = arms.where(first.c.at <= _end(span)).subquery("arms")
    counted = [func.count(case((arm, 1))) for arm in (found.c.called, and_(found.c.held, ~found.c.called))]
    names = [found.c[one.name] for one in groups]
    return select(*names, *counted).where(or_(found.c.called, found.c.held)).group_by(*names)


def _labels(span: Span) -> Select[Any]:
    first = _first(span, outcome)
    alone = case((and_(_held(first, span), ~_called(first, span)), 1), else_=0).label("held")
    wanted = select(first, alone).where(first.c.at <= _end(span))
    moments = (wanted if span.contacted else wanted.where(~_called(first, span))).subquery("moments")
    keys = ("record", "row", "model_version", "window", "depth", "probability", "held")
    known = labelled(moments, span.horizon_days, span.purpose, *keys)
    names = ("model_version", "window", "depth", "probability", "churned", "held")
    return select(*(known.c[name] for name in names))


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
    return _contact(moments, span, held_out=False)


def _held(moments: Subquery, span: Span) -> ColumnElement[bool]:
    """Tell whether the customer was held out within the horizon."""
    return _contact(moments, span, held_out=True)


def _contact(moments: Subquery, span: Span, *, held_out: bool) -> ColumnElement[bool]:
    same = and_(contact.c.customer == moments.c.customer, contact.c.purpose == span.purpose)
    within = contact.c.at.between(moments.c.at, moments.c.at + span.horizon_days * DAY)
    return exists().where(same, within, contact.c.held_out.is_(held_out))


def mine(span: Span) -> ColumnElement[bool]:
    """Keep to the scores of a span."""
    return and_(score.c.purpose == span.purpose, score.c.at >= span.since, score.c.at <= span.until)


def _end(span: Span) -> int:
    """Give the time until which a score is mature."""
    return span.now - span.horizon_days * DAY


def window_of(span: Span) -> ColumnElement[int]:
    """Give the number of the window in which a score was made."""
    return score.c.at // (span.window_days * DAY)
