"""All customers together, from their last known scores; sums are made by the database."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Integer, Select, case, cast, func, select

from churn import contract
from churn.stores.ledger.queries import customers, gone, segments
from churn.stores.ledger.queries.cells import Expression
from churn.stores.ledger.tables import latest, score

BINS = 20
GROUP = "segment of "


def mark(connection: Connection, purpose: str) -> tuple[Any, ...]:
    """Give what changes whenever the figures do: with a score, an outcome, an erasure."""
    return customers.mark(connection, purpose) + gone.mark(connection, purpose)


def portfolio(connection: Connection, purpose: str, threshold: float) -> list[dict[str, Any]]:
    """Give the figures of `sums` in cells of equal tier, version, twentieth of probability and segments.

    Who has left is in none: no revenue of theirs is at risk.

    One pass over the table: whoever asks adds the cells up in the direction that is wanted.
    """
    place = case((latest.c.probability >= 1, BINS - 1), else_=cast(func.floor(latest.c.probability * BINS), Integer))
    groups = [segments.group(one).label(GROUP + one.column) for one in contract.SEGMENTS]
    keys = [latest.c.tier, latest.c.model_version, place.label("bin"), *groups]
    mine = (latest.c.purpose == purpose, latest.c.customer.not_in(gone.gone(purpose)))
    cells = select(*keys, *sums(latest.c, threshold)).where(*mine)
    return _rows(connection, cells.group_by(*(key.name for key in keys)))


def past(connection: Connection, purpose: str, threshold: float, until: int) -> dict[str, Any] | None:
    """Give the sums as they stood at a time, of who had not left by then; None where nobody had been scored."""
    left = score.c.customer.in_(gone.gone(purpose, datetime.fromtimestamp(until / 1e6, UTC).date()))
    old = (score.c.purpose == purpose, score.c.at <= until, ~left)
    newest_first = (score.c.at.desc(), score.c.record.desc(), score.c.row.desc())
    rank = func.row_number().over(partition_by=score.c.customer, order_by=newest_first).label("rank")
    newest = select(score.c.at, score.c.probability, score.c.monthly, score.c.offer, rank).where(*old).subquery()
    found = _rows(connection, select(*sums(newest.c, threshold)).where(newest.c.rank == 1))[0]
    return found if found["customers"] else None


def sums(columns: Any, threshold: float) -> list[Expression]:
    """Spell the figures: customers, flagged, monthly value, what of it is at risk and its variance, ages."""
    chance, monthly = columns.probability, columns.monthly
    return [
        func.count().label("customers"),
        func.sum(case((chance > threshold, 1), else_=0)).label("flagged"),
        func.sum(case((columns.offer, 1), else_=0)).label("offers"),
        func.sum(chance).label("expected_leavers"),
        func.coalesce(func.sum(monthly), 0.0).label("monthly"),
        func.coalesce(func.sum(chance * monthly), 0.0).label("at_risk"),
        func.coalesce(func.sum(chance * (1 - chance) * monthly * monthly), 0.0).label("variance"),
        func.min(columns.at).label("oldest"),
        func.max(columns.at).label("newest"),
    ]


def _rows(connection: Connection, query: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(query).mappings()]
