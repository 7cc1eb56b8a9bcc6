"""The cells of a block: their types, and which rows must be looked at one by one.

The fast look is stricter than the contract: what it passes, `record.check` would pass with the same value.
"""

from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import types

from churn import columns, contract
from churn.columns import Column
from churn.scoring.coded import Coded
from churn.scoring.files.arrays import numbers, text
from churn.scoring.files.header import is_number, is_text
from churn.scoring.record import ID_LENGTH

NUMERAL = r"^-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
PLAIN_NAME = r"^[ -~]*[!-~][ -~]*$"
"""An id of ASCII alone; others are looked at one by one."""
SPACE, DELETE = 32, 127
BLANK, NOTHING = text(""), pa.nulls(1, pa.string())[0]

Mask = NDArray[np.bool_]


def typed(batch: pa.RecordBatch) -> tuple[dict[str, Any], Mask]:
    """Give the contract's columns, arrays of float64 or Coded, and the rows, shape (n,), that are in doubt.

    A cell in doubt holds a value that is allowed, so that the block can be scored whole.
    """
    found: dict[str, Any] = {}
    doubt = np.zeros(batch.num_rows, dtype=bool)
    for column in columns.columns():
        read = _category if column.kind == "category" else _number
        found[column.name], wrong = read(column, batch.column(column.name))
        if wrong is not None:
            doubt |= wrong
    if contract.ID in batch.schema.names and (strange := _names(batch.column(contract.ID))) is not None:
        doubt |= strange
    return found, doubt


def _category(column: Column, cells: pa.Array) -> tuple[Coded, Mask | None]:
    coded = cells if types.is_dictionary(cells.type) else pc.dictionary_encode(cells)
    values = [(value or "").strip() for value in coded.dictionary.to_pylist()]
    known = np.array([*(value in column.allowed for value in values), False])
    codes = numbers(coded.indices)
    if coded.null_count:
        codes = np.where(np.isnan(codes), -1, codes).astype(np.int64)
    elif known[:-1].all():
        return Coded(codes, values), None
    wrong = ~known[codes]
    return Coded(np.where(wrong, len(values), codes), [*values, column.allowed[0]]), wrong


def _number(column: Column, cells: pa.Array) -> tuple[NDArray[np.float64], Mask | None]:
    found = _floats(pc.dictionary_decode(cells) if types.is_dictionary(cells.type) else cells)
    right = _right(column, found)
    if right is True:
        return found, None
    safe = float(column.allowed[0]) if column.allowed else (column.low or 0.0)
    return np.where(right, found, safe), ~np.asarray(right)


def _right(column: Column, found: NDArray[np.float64]) -> Mask | bool:
    """Tell which numbers the contract allows; True for all of them, told at the price of a glance."""
    if not len(found):
        return True
    if column.allowed:
        right = np.logical_or.reduce([found == value for value in column.allowed])
        return True if right.all() else right
    low, high = found.min(), found.max()  # a missing one makes both NaN, and no comparison holds
    bounds = (-np.inf if column.low is None else column.low, np.inf if column.high is None else column.high)
    whole = not column.whole or bool((found == np.floor(found)).all())
    if whole and low >= bounds[0] and high <= bounds[1] and np.isfinite(low) and np.isfinite(high):
        return True
    right = (found >= bounds[0]) & (found <= bounds[1]) & np.isfinite(found)
    return right & (found == np.floor(found)) if column.whole else right


def _floats(cells: pa.Array) -> NDArray[np.float64]:
    """Read numbers, also those spelt as text; what is none is NaN."""
    if is_number(cells.type):
        return numbers(pc.cast(cells, pa.float64(), safe=False))
    if not is_text(cells.type):
        return np.full(len(cells), np.nan)
    trimmed = pc.utf8_trim_whitespace(pc.cast(cells, pa.string()))
    for numeral in (partial(pc.not_equal, trimmed, BLANK), partial(pc.match_substring_regex, trimmed, NUMERAL)):
        try:
            return numbers(pc.cast(pc.if_else(numeral(), trimmed, NOTHING), pa.float64()))
        except pa.ArrowInvalid:
            continue
    return np.full(len(cells), np.nan)


def _names(cells: pa.Array) -> Mask | None:
    if types.is_dictionary(cells.type):
        cells = pc.dictionary_decode(cells)
    if types.is_integer(cells.type):
        return numbers(pc.is_null(cells)) if cells.null_count else None
    if not is_text(cells.type):
        return np.ones(len(cells), dtype=bool)
    names = pc.cast(cells, pa.string())
    if not names.null_count and _plainly_named(names):
        return None
    short = numbers(pc.binary_length(names)) <= ID_LENGTH
    plain: Mask = short & numbers(pc.match_substring_regex(names, PLAIN_NAME))
    return ~plain


def _plainly_named(names: pa.StringArray) -> bool:
    """Tell at a glance at all bytes whether every id is 1 to 128 visible ASCII characters."""
    _, offsets, content = names.buffers()
    ends = np.frombuffer(offsets, np.int32)[names.offset : names.offset + len(names) + 1]
    lengths = np.diff(ends)
    if not len(lengths) or lengths.min() < 1 or lengths.max() > ID_LENGTH:
        return not len(lengths)
    letters = np.frombuffer(content, np.uint8)[ends[0] : ends[-1]]
    return bool(letters.min() > SPACE and letters.max() < DELETE)
