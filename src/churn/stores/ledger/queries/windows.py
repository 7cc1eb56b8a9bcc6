"""Customers of one window after another, as they were scored: some of them, chosen evenly."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import orjson
from sqlalchemy import Connection, func, select
from sqlalchemy.sql.elements import ColumnElement

from churn.stores.ledger import bodies
from churn.stores.ledger.columnar import Row
from churn.stores.ledger.entries import ONLY
from churn.stores.ledger.tables import record, score

Wanted = tuple[ColumnElement[bool], ...]

MOST = 2000
"""Scores that are looked at in one window: shares of so many are known to a hundredth."""
AT_ONCE = 100
"""Records held at once; each may hold thousands of customers."""


@dataclass(frozen=True, slots=True)
class Window:
    """Scores from `since` until before `until` (microseconds): how many, and what some customers were scored on."""

    since: int
    until: int
    scores: int
    looked_at: int
    rows: list[Row]


def windows(connection: Connection, purpose: str, bounds: Sequence[int], most: int = MOST) -> list[Window]:
    """Give the customers between each bound and the next, each once, by the last of the `most` scores looked at."""
    return [_window(connection, purpose, since, until, most) for since, until in pairwise(bounds)]


def counts(connection: Connection, purpose: str, bounds: Sequence[int]) -> list[int]:
    """Count the scores between each bound and the next."""
    return [_count(connection, _mine(purpose, *ends)) for ends in pairwise(bounds)]


def _window(connection: Connection, purpose: str, since: int, until: int, most: int) -> Window:
    mine = _mine(purpose, since, until)
    many = _count(connection, mine)
    chosen = _evenly(connection, mine, -(-many // most))
    customers: dict[str, Row] = {}
    for row in asked(connection, chosen):
        customers[bodies.customer_of(row) or ""] = row
    return Window(since, until, many, sum(map(len, chosen.values())), list(customers.values()))


def _mine(purpose: str, since: int, until: int) -> Wanted:
    return score.c.purpose == purpose, score.c.at >= since, score.c.at < until


def _count(connection: Connection, mine: Wanted) -> int:
    return connection.execute(select(func.count()).select_from(score).where(*mine)).scalar_one()


def _evenly(connection: Connection, mine: Wanted, step: int) -> dict[str, set[int]]:
    """Choose each so-manieth score, by record."""
    place = func.row_number().over(order_by=(score.c.at, score.c.record, score.c.row)).label("place")
    ranked = select(score.c.record, score.c.row, place).where(*mine).subquery("ranked")
    chosen: dict[str, set[int]] = defaultdict(set)
    if step:
        found = select(ranked.c.record, ranked.c.row).where(ranked.c.place % step == 0).order_by(ranked.c.place)
        for name, row in connection.execute(found):
            chosen[name].add(row)
    return chosen


def asked(connection: Connection, chosen: dict[str, set[int]]) -> Iterator[Row]:
    """Give what was asked; what was erased meanwhile, and scored files, which keep no rows, are left out."""
    names = list(chosen)
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        wanted = select(record.c.id, record.c.inputs, record.c.results).where(record.c.id.in_(some))
        for name, inputs, results in connection.execute(wanted.order_by(record.c.at, record.c.id)):
            yield from _rows(inputs, results, chosen[name])


def _rows(inputs: Any, results: Any, wanted: set[int]) -> Iterator[Row]:
    if not inputs:
        return
    if wanted == {ONLY}:
        yield orjson.loads(inputs)
    else:
        yield from bodies.picked(inputs, results, wanted)
