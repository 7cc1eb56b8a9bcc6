"""What arrived in one window after another: who was scored by which version, and what was refused."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, distinct, func, or_, select

from churn.stores.ledger.lots import lot
from churn.stores.ledger.tables import record, refusal, score

MOST = 100_000
"""Customers that are looked at in one window, drawn by lot from more."""


@dataclass(frozen=True, slots=True)
class Scored:
    """How many scores one version gave in a window, and to how many customers; windows are numbered from 1970."""

    window: int
    model_version: int
    scores: int
    customers: int


@dataclass(frozen=True, slots=True)
class Refused:
    """How many cells of a column were refused in a window for one reason."""

    window: int
    column: str
    reason: str
    count: int


def scored(connection: Connection, purpose: str, since: int, until: int, width: int) -> list[Scored]:
    """Count scores from `since` until before `until`, in windows of so many microseconds."""
    by = ((score.c.at // width).label("window"), score.c.model_version)
    count = (func.count(), func.count(distinct(score.c.customer)))
    mine = (score.c.purpose == purpose, score.c.at >= since, score.c.at < until)
    found = connection.execute(select(*by, *count).where(*mine).group_by("window", score.c.model_version))
    return [Scored(*row) for row in found]


def refused(connection: Connection, purpose: str, since: int, until: int, width: int) -> list[Refused]:
    """Count refused cells; where nothing of a request was scored, by the purpose that came with it."""
    by = ((refusal.c.at // width).label("window"), refusal.c.column, refusal.c.reason)
    joined = refusal.join(record, record.c.id == refusal.c.record, isouter=True)
    whose = or_(record.c.purpose == purpose, (record.c.id.is_(None)) & (refusal.c.purpose == purpose))
    mine = (refusal.c.at >= since, refusal.c.at < until, whose)
    found = select(*by, func.sum(refusal.c.count)).select_from(joined).where(*mine)
    rows = connection.execute(found.group_by("window", refusal.c.column, refusal.c.reason))
    return [Refused(int(window), column, reason, int(count)) for window, column, reason, count in rows]


def said(connection: Connection, purpose: str, version: int, since: int, until: int) -> list[tuple[float, float]]:
    """Give probability and monthly value of each customer whom a version scored in a window, by the first score."""
    mine = (score.c.purpose == purpose, score.c.model_version == version, score.c.at >= since, score.c.at < until)
    order = (score.c.at, score.c.record, score.c.row)
    place = func.row_number().over(partition_by=score.c.customer, order_by=order).label("place")
    shown: tuple[Any, ...] = (score.c.probability, func.coalesce(score.c.monthly, 0.0).label("monthly"))
    first = select(*shown, place, lot(score.c.customer).label("lot")).where(*mine).subquery("first")
    drawn = select(first.c.probability, first.c.monthly).where(first.c.place == 1).order_by(first.c.lot).limit(MOST)
    found = connection.execute(drawn)
    return [(float(row[0]), float(row[1])) for row in found]
