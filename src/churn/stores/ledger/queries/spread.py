"""How the probabilities of customers lie, by version and window: all that is known before any outcome."""

from typing import Any

from sqlalchemy import BigInteger, Connection, Integer, Select, case, cast, func, select
from sqlalchemy.sql.elements import ColumnElement

from churn.stores.ledger.lots import LOTS, lot
from churn.stores.ledger.queries.matured import Span, firsts, summed
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
    # time and bin are one number, the time first, so that the least of them is the first score's
    found = firsts(span, score.c.at * BINS + _bin(), *_drawn(span.purpose, part))
    return {"part": part, "bins": summed(connection, found, lambda of: [(of.c.first % BINS).label("by"), func.count()])}


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
