"""What has been asked lately: scores by day and version, refused cells, and the newest customers themselves."""

from typing import Any

from sqlalchemy import Connection, func, select

from churn.stores.ledger.queries.cells import day
from churn.stores.ledger.tables import latest, refusal, score

REFUSALS = 100


def scores(connection: Connection, purpose: str, since: int) -> list[dict[str, Any]]:
    """Give, by day and version, how many were scored and how their probabilities lay."""
    on, chance = day(score.c.at).label("day"), score.c.probability
    tenths = [func.count().filter(chance >= low / 10, chance < high).label(f"t{low}") for low, high in _tenths()]
    figures = [func.count().label("scores"), func.avg(chance).label("mean"), func.avg(chance * chance).label("square")]
    found = select(on, score.c.model_version, *figures, *tenths)
    mine = (score.c.purpose == purpose, score.c.at >= since)
    rows = connection.execute(found.where(*mine).group_by("day", score.c.model_version).order_by("day")).mappings()
    return [dict(row) for row in rows]


def refused(connection: Connection, since: int) -> list[dict[str, Any]]:
    """Count refused cells by column and reason, the most frequent first."""
    count, last = func.sum(refusal.c.count).label("count"), func.max(refusal.c.at).label("last")
    by = (refusal.c.column, refusal.c.reason)
    found = select(*by, count, last).where(refusal.c.at >= since).group_by(*by).order_by(count.desc(), *by)
    return [dict(row) for row in connection.execute(found.limit(REFUSALS)).mappings()]


def newest(connection: Connection, purpose: str, since: int, most: int) -> list[tuple[str, float]]:
    """Give what the newest customers were scored on, as JSON, and the probability they got."""
    mine = (latest.c.purpose == purpose, latest.c.at >= since)
    order = (latest.c.at.desc(), latest.c.customer)
    found = select(latest.c.inputs, latest.c.probability).where(*mine).order_by(*order).limit(most)
    return [(row.inputs, row.probability) for row in connection.execute(found)]


def _tenths() -> list[tuple[int, float]]:
    """Give the lower bound of each tenth, in tenths, and the upper; the last holds 1 as well."""
    return [(low, (low + 1) / 10 if low < 9 else 2.0) for low in range(10)]
