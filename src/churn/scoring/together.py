"""Many customers at once: whole columns held to the contract, for a fraction of what a row at a time costs."""

from collections.abc import Sequence
from math import isfinite
from typing import Any

from churn import contract
from churn.columns import Column, columns
from churn.scoring.record import ID_LENGTH, Row

Cells = list[Any]


def together(rows: Sequence[Any]) -> dict[str, Cells] | None:
    """Give the columns of rows that keep the contract as they stand, or None where one wants a closer look.

    What passes here passes `record.check` with the same values; a whole number in a column of floats becomes a float.
    """
    try:
        if set(map(type, rows)) != {dict} or not _named(rows):
            return None
        found = {column.name: _column(column, rows) for column in columns()}
    except (KeyError, TypeError):  # a name is missing, or a cell is a list
        return None
    if any(cells is None for cells in found.values()):
        return None
    return {name: cells for name, cells in found.items() if cells is not None}


def _named(rows: Sequence[Row]) -> bool:
    """Tell whether all rows have as many cells as the contract has columns, and all or none an id that may stand."""
    (cells, *others) = set(map(len, rows))
    if others or contract.ID is None or cells != len(columns()) + 1:
        return not others and cells == len(columns())
    ids = [row[contract.ID] for row in rows]
    if set(map(type, ids)) != {str} or not "".join(ids).isprintable():
        return False
    return all(name == name.strip() and 0 < len(name) <= ID_LENGTH for name in ids)


def _column(column: Column, rows: Sequence[Row]) -> Cells | None:
    cells = [row[column.name] for row in rows]
    if column.kind == "category":
        return cells if set(cells) <= set(column.allowed) else None
    kinds = set(map(type, cells))
    if column.allowed:
        return cells if kinds == {int} and set(cells) <= set(column.allowed) else None
    if not kinds <= ({int} if column.whole else {int, float}) or not _within(column, cells):
        return None
    if int in kinds and not column.whole:
        cells = list(map(float, cells))
        for row, cell in zip(rows, cells, strict=True):
            row[column.name] = cell
    return cells


def _within(column: Column, cells: Cells) -> bool:
    if not all(map(isfinite, cells)):
        return False
    return (column.low is None or min(cells) >= column.low) and (column.high is None or max(cells) <= column.high)
