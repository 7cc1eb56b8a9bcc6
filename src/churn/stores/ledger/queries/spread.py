"""How the probabilities of customers lie, by version and window: all that is known before any outcome."""

from typing import Any

from sqlalchemy import CTE, BigInteger, Connection, Integer, Select, case, cast, func, literal, null, select, union_all
from sqlalchemy.sql.elements import ColumnElement

from churn.stores.ledger.lots import LOTS, lot
from churn.stores.ledger.queries.matured import Span, mine, window_of
from churn.stores.ledger.tables import latest, score

BINS = 1000
"""So narrow that the middle of a bin stands for its probabilities; and time and bin still fit into 64 bits together."""
MOST = 25_000
"""Customers to look at; of more, so many are drawn by lot."""


def spread(connection: Connection, span: Span) -> dict[str, Any]:
    """Give (key, bin, customers) by the first score of each customer in each group, and which `part` was looked at.

    The groups are those of `matured`: (version, window), (version,) and (). A bin's middle is (bin + 0.5) / BINS.
    """
    part = min(1.0, MOST / max(_known(connection, span.purpose), 1))
    groups = _groups(span, part)
    found = union_all(*(_bins(group, names) for names, group in groups.items()))
    rows = [(tuple(row[:depth]), *row[2:]) for depth, *row in connection.execute(found)]
    return {"part": part, "bins": rows}


def _groups(span: Span, part: float) -> dict[tuple[str, ...], CTE]:
    """Give the first score of each customer in each window, of these the first of each version, of these of all.

    Time and bin are one number, the time first, so that the least of them is the first score's.
    """
    window = window_of(span).label("window")
    first = func.min(score.c.at * BINS + _bin()).label("first")
    who = (score.c.customer, score.c.model_version, window)
    by_window = select(*who, first).where(mine(span), *_drawn(span.purpose, part)).group_by(*who).cte("by_window")
    by_version = _earliest(by_window, "customer", "model_version").cte("by_version")
    return {
        ("model_version", "window"): by_window,
        ("model_version",): by_version,
        (): _earliest(by_version, "customer").cte("altogether"),
    }


def _earliest(firsts: CTE, *names: str) -> Select[Any]:
    keys = [firsts.c[name] for name in names]
    return select(*keys, func.min(firsts.c.first).label("first")).group_by(*keys)


def _bins(firsts: CTE, names: tuple[str, ...]) -> Select[Any]:
    """Count the first scores of a group by bin: how many keys it has, both keys or null, bin, customers."""
    keys = [firsts.c[name] for name in names]
    place = (firsts.c.first % BINS).label("place")
    depth, none = literal(len(keys)).label("depth"), cast(null(), Integer)
    padded = [*keys, *([none] * (2 - len(keys)))]
    return select(depth, *padded, place, func.count()).group_by(*keys, place)


def _bin() -> ColumnElement[int]:
    place = cast(func.floor(score.c.probability * BINS), Integer)
    return cast(case((score.c.probability >= 1, BINS - 1), else_=place), BigInteger)


def _known(connection: Connection, purpose: str) -> int:
    return connection.execute(select(func.count()).select_from(latest).where(latest.c.purpose == purpose)).scalar_one()


def _drawn(purpose: str, part: float) -> list[ColumnElement[bool]]:
    """Keep to customers whose lot falls into a part; everybody who was ever scored has a newest score."""
    if part == 1:
        return []
    some: Select[Any] = select(latest.c.customer).where(
        latest.c.purpose == purpose, lot(latest.c.customer) < int(part * LOTS)
    )
    return [score.c.customer.in_(some)]
