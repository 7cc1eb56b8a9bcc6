"""The customers of a window, each by the first score there: what was asked, what came of it, and who called."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, and_, exists, func, select
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Subquery

from churn.stores.ledger import bodies
from churn.stores.ledger.columnar import Row
from churn.stores.ledger.entries import ONLY
from churn.stores.ledger.queries.cells import DAY, prediction
from churn.stores.ledger.queries.labels import labelled
from churn.stores.ledger.tables import contact, record, score

AT_ONCE = 100
"""Records held at once; each may hold thousands of customers."""


@dataclass(frozen=True, slots=True)
class Member:
    """One customer; `churned` is None where it is not known what came of the score within the horizon."""

    record: str
    row: int
    customer: str
    at: int
    churned: bool | None
    called: bool
    held_out: bool


def cohort(connection: Connection, purpose: str, since: int, until: int, horizon_days: int) -> list[Member]:
    """Give who was scored from `since` until before `until`, oldest first.

    `called` and `held_out` tell of the horizon after the score: the call is in what came of the customer.
    """
    first = _first(purpose, since, until)
    keys = ("record", "row", "customer", "at")
    known = labelled(first, horizon_days, purpose, *keys, every=True)
    arms = [
        _contacted(known, horizon_days, purpose, held_out=held_out).label(name)
        for name, held_out in (("called", False), ("held_out", True))
    ]
    found = connection.execute(select(known, *arms).order_by(known.c.at, known.c.record, known.c.row))
    return [
        Member(name, row, customer, at, _known(churned), bool(called), bool(held))
        for name, row, customer, at, churned, called, held in found
    ]


def oldest(connection: Connection, purpose: str) -> int | None:
    """Tell when anybody was scored first; None where nobody was."""
    at: int | None = connection.scalar(select(func.min(score.c.at)).where(score.c.purpose == purpose))
    return at


def inputs(connection: Connection, members: Iterable[Member]) -> Iterator[tuple[Member, Row]]:
    """Give each member with the row that was scored; who was erased meanwhile is left out."""
    wanted: dict[str, dict[int, Member]] = defaultdict(dict)
    for one in members:
        wanted[one.record][one.row] = one
    names = list(wanted)
    for start in range(0, len(names), AT_ONCE):
        some = record.c.id.in_(names[start : start + AT_ONCE])
        stored = select(record.c.id, record.c.inputs, record.c.results).where(some)
        for name, asked, answered in connection.execute(stored):
            yield from _rows(wanted[name], asked or b"", answered or b"")


def _known(churned: int | None) -> bool | None:
    return None if churned is None else bool(churned)


def _rows(members: dict[int, Member], asked: bytes, answered: bytes) -> Iterator[tuple[Member, Row]]:
    if asked and ONLY in members:
        yield members[ONLY], orjson.loads(asked)
    elif asked:
        rows = ((index, row) for index, row, _ in bodies.entries(asked, answered))
        yield from ((members[index], row) for index, row in rows if row is not None and index in members)


def _first(purpose: str, since: int, until: int) -> Subquery:
    mine = and_(score.c.purpose == purpose, score.c.at >= since, score.c.at < until)
    order = (score.c.at, score.c.record, score.c.row)
    rank = func.row_number().over(partition_by=score.c.customer, order_by=order).label("rank")
    named = prediction(score.c.record, score.c.row).label("prediction")
    ranked = (
        select(score.c.record, score.c.row, score.c.customer, score.c.at, named, rank).where(mine).subquery("ranked")
    )
    return select(ranked).where(ranked.c.rank == 1).subquery("first")


def _contacted(of: Subquery, horizon_days: int, purpose: str, *, held_out: bool) -> ColumnElement[bool]:
    same = and_(contact.c.customer == of.c.customer, contact.c.purpose == purpose)
    within = contact.c.at.between(of.c.at, of.c.at + horizon_days * DAY)
    return exists().where(same, within, contact.c.held_out.is_(held_out))
