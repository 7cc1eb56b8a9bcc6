"""Many customers at once: whole columns held to the contract, for a fraction of what a row at a time costs."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from churn import contract
from churn.columns import Column, columns
from churn.scoring.coded import Coded
from churn.scoring.record import ID_LENGTH

BYTE = 256
"""Values up to which a cell's code fits a byte."""

Cells = Coded | NDArray[Any] | list[str]


def together(rows: Sequence[Any]) -> dict[str, Cells] | None:
    """Give the columns of rows that keep the contract as they stand, or None where one wants a closer look.

    A category is Coded, a number or flag an array, the id a list. What passes here passes `record.check` with the
    same values; a whole number in a column of floats becomes a float.
    """
    try:
        if set(map(type, rows)) != {dict}:
            return None
        wanted = _wanted(set(map(len, rows)))
        given = dict(zip(wanted, zip(*map(itemgetter(*wanted), rows), strict=True), strict=True))
        found: dict[str, Cells] = {column.name: _column(column, given[column.name]) for column in columns()}
        return found | ({contract.ID: ids(given[contract.ID])} if contract.ID in wanted else {})
    except (KeyError, TypeError, OverflowError, ValueError):
        return None


def _wanted(cells: set[int]) -> tuple[str, ...]:
    """Name what all rows must hold, if they have as many cells as that, and some name. Raises ValueError."""
    (number,) = cells
    names = tuple(column.name for column in columns())
    if contract.ID is not None and number == len(names) + 1:
        names = (*names, contract.ID)
    if number != len(names) or number < 2:
        raise ValueError(number)
    return names


def ids(cells: Sequence[Any]) -> list[str]:
    """Give ids that may stand. Raises TypeError, ValueError."""
    if set(map(type, cells)) != {str} or not "".join(cells).isprintable():
        raise TypeError
    if list(map(str.strip, cells)) != list(cells) or not 0 < min(map(len, cells)) <= max(map(len, cells)) <= ID_LENGTH:
        raise ValueError
    return list(cells)


def _column(column: Column, cells: Sequence[Any]) -> Coded | NDArray[Any]:
    """Give a column its type. Raises KeyError, TypeError, OverflowError, ValueError where a cell is not allowed."""
    if column.kind == "category":
        return coded(column, cells)
    kinds = set(map(type, cells))
    whole = column.whole or column.kind == "flag"
    if not kinds <= ({int} if whole else {int, float}) or (column.allowed and not set(cells) <= set(column.allowed)):
        raise TypeError
    found = np.array(cells, np.int64 if whole else np.float64)
    if not _within(column, found):
        raise ValueError
    return found


def coded(column: Column, cells: Sequence[Any]) -> Coded:
    """Give a category as the numbers of its values. Raises KeyError, TypeError."""
    return Coded(_coding(column)(cells), column.allowed)


@cache
def _coding(column: Column) -> Callable[[Sequence[Any]], NDArray[Any]]:
    """Give what turns a category's cells into codes."""
    code: Mapping[Any, int] = {value: number for number, value in enumerate(column.allowed)}
    if len(code) <= BYTE:
        return lambda cells: np.frombuffer(bytes(map(code.__getitem__, cells)), np.uint8)
    return lambda cells: np.fromiter(map(code.__getitem__, cells), np.int64, len(cells))


def _within(column: Column, cells: NDArray[Any]) -> bool:
    low, high = cells.min(), cells.max()  # a missing number makes both NaN, and no comparison holds
    if not (np.isfinite(low) and np.isfinite(high)):
        return False
    return bool((column.low is None or low >= column.low) and (column.high is None or high <= column.high))
