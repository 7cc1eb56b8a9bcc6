"""All customers together, from their last known scores; sums are made by the database."""

from typing import Any

from sqlalchemy import Connection, Integer, Select, case, cast, func, select
from sqlalchemy.sql.elements import ColumnElement

from churn import contract
from churn.stores.ledger.queries import segments
from churn.stores.ledger.queries.cells import Expression
from churn.stores.ledger.tables import latest, score
from churn.terms import Segment

BINS = 20


def portfolio(connection: Connection, purpose: str, threshold: float) -> dict[str, Any]:
    """Count customers and money by tier and twentieth of probability, and by segment; see `sums` for the figures."""
    mine = latest.c.purpose == purpose
    place = case((latest.c.probability >= 1, BINS - 1), else_=cast(func.floor(latest.c.probability * BINS), Integer))
    by_place = select(latest.c.tier, place.label("bin"), *sums(latest.c, threshold)).where(mine).group_by("tier", "bin")
    return {
        "cells": _rows(connection, by_place),
        "segments": {one.column: _segment(connection, one, mine, threshold) for one in contract.SEGMENTS},
        "versions": _rows(
            connection,
            select(latest.c.model_version, func.count().label("customers"))
            .where(mine)
            .group_by(latest.c.model_version)
            .order_by(latest.c.model_version),
        ),
    }


def past(connection: Connection, purpose: str, threshold: float, until: int) -> dict[str, Any] | None:
    """Give the sums as they stood at a time, or None where nobody had been scored by then."""
    old = (score.c.purpose == purpose, score.c.at <= until)
    rank = func.row_number().over(
        partition_by=score.c.customer, order_by=(score.c.at.desc(), score.c.record.desc(), score.c.row.desc())
    )
    newest = select(score, rank.label("rank")).where(*old).subquery()
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


def _segment(
    connection: Connection, segment: Segment, mine: ColumnElement[bool], threshold: float
) -> list[dict[str, Any]]:
    group = segments.group(segment).label("group")
    return _rows(connection, select(group, *sums(latest.c, threshold)).where(mine).group_by("group").order_by("group"))


def _rows(connection: Connection, query: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(query).mappings()]
