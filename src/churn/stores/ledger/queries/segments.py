"""The contract's segments as SQL: the group that each customer is in, named as the reports name it."""

from typing import Any

from sqlalchemy import case, literal

from churn import columns, contract
from churn.stores.ledger.queries.cells import Expression, cell, figure, number
from churn.stores.ledger.tables import latest
from churn.terms import Segment


def named(column: str) -> Segment | None:
    """Find the segment of a column."""
    return next((one for one in contract.SEGMENTS if one.column == column), None)


def known() -> tuple[Segment, ...]:
    """List the segments."""
    return contract.SEGMENTS


def group(segment: Segment) -> Expression:
    """Give the group of each customer: the value itself, or the band of a number, the last one open above."""
    if not segment.edges:
        return _text(segment.column)
    value, first = number(latest.c.inputs, segment.column), segment.edges[0]
    steps: list[Any] = [(value < first, literal(None))]
    steps += [(value < high, literal(name)) for high, name in zip(segment.edges[1:-1], bands(segment), strict=False)]
    return case(*steps, else_=literal(bands(segment)[-1]))


def _text(column: str) -> Expression:
    kinds = {one.name: one.kind for one in columns.columns()}
    spelt = cell if kinds[column] == "category" else figure
    return spelt(latest.c.inputs, literal(column))


def bands(segment: Segment) -> list[str]:
    """Name the bands of a number."""
    return [f"{low:g} to {high:g}" for low, high in zip(segment.edges, segment.edges[1:], strict=False)]
