"""What has been asked lately: scores by day and version, refused cells, and the newest customers themselves."""

from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from churn.stores.ledger.queries.cells import day
from churn.stores.ledger.tables import latest, record, refusal, score

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


def volume(connection: Connection, purpose: str, since: int) -> list[dict[str, Any]]:
    """Count, by day and version, who was scored, and cells that were refused.

    Where nothing of a request was scored, its refused cells are of no version and of every purpose.
    """
    scored = {(str(row["day"]), row["model_version"]): row["scores"] for row in _daily(connection, purpose, since)}
    cells = {(str(on), version): int(many) for on, version, many in connection.execute(_refusals(purpose, since))}
    order = sorted({*scored, *cells}, key=lambda one: (one[0], one[1] is None, one[1]))
    return [
        {"day": key[0], "model_version": key[1], "scores": scored.get(key, 0), "refused": cells.get(key, 0)}
        for key in order
    ]


def newest(connection: Connection, purpose: str, since: int, most: int) -> list[tuple[str, float]]:
    """Give what the newest customers were scored on, as JSON, and the probability they got."""
    mine = (latest.c.purpose == purpose, latest.c.at >= since)
    order = (latest.c.at.desc(), latest.c.customer)
    found = select(latest.c.inputs, latest.c.probability).where(*mine).order_by(*order).limit(most)
    return [(row.inputs, row.probability) for row in connection.execute(found)]


def _daily(connection: Connection, purpose: str, since: int) -> list[dict[str, Any]]:
    on, version = day(score.c.at).label("day"), score.c.model_version
    found = select(on, version, func.count().label("scores")).where(score.c.purpose == purpose, score.c.at >= since)
    return [dict(row) for row in connection.execute(found.group_by("day", version)).mappings()]


def _refusals(purpose: str, since: int) -> Select[Any]:
    on, version = day(refusal.c.at).label("day"), record.c.model_version
    joined = refusal.join(record, record.c.id == refusal.c.record, isouter=True)
    mine = (refusal.c.at >= since, or_(record.c.id.is_(None), record.c.purpose == purpose))
    return select(on, version, func.sum(refusal.c.count)).select_from(joined).where(*mine).group_by("day", version)


def _tenths() -> list[tuple[int, float]]:
    """Give the lower bound of each tenth, in tenths, and the upper; the last holds 1 as well."""
    return [(low, (low + 1) / 10 if low < 9 else 2.0) for low in range(10)]
