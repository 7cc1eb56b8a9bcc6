"""Between Python, numpy and Arrow by buffers.

The usual ways (pa.array, pa.scalar, Python values as arguments) import pandas, to ask whether the values are its own.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import types


def numbers(cells: pa.Array) -> NDArray[Any]:
    """Look at an Arrow array of numbers or truth values as numpy sees it; a missing number is NaN, a truth False."""
    if types.is_boolean(cells.type):
        given = pc.if_else(pc.is_valid(cells), cells, FALSE) if cells.null_count else cells
        bits = np.unpackbits(np.frombuffer(given.buffers()[1], np.uint8), bitorder="little")
        return bits[given.offset : given.offset + len(given)].astype(bool)
    if not len(cells):
        return np.empty(0)
    return np.from_dlpack(pc.fill_null(pc.cast(cells, pa.float64()), NAN) if cells.null_count else cells)


def array(cells: NDArray[Any]) -> pa.Array:
    """Give numbers or truth values to Arrow, none of them missing."""
    kind = pa.from_numpy_dtype(cells.dtype)
    content = np.packbits(cells, bitorder="little") if cells.dtype == bool else np.ascontiguousarray(cells)
    return pa.Array.from_buffers(kind, len(cells), [None, pa.py_buffer(content)])


def texts(values: Sequence[str]) -> pa.StringArray:
    """Give texts to Arrow."""
    content = [value.encode() for value in values]
    ends = np.cumsum([0, *map(len, content)], dtype=np.int32)
    return pa.StringArray.from_buffers(len(content), pa.py_buffer(ends), pa.py_buffer(b"".join(content)))


def text(value: str) -> pa.StringScalar:
    """Give one text to Arrow."""
    return texts([value])[0]


def plain_kind(kind: pa.DataType) -> pa.DataType:
    """Give the type as which a column is read: views of text, which Arrow can neither take nor filter, as text."""
    if types.is_dictionary(kind):
        return pa.dictionary(kind.index_type, plain_kind(kind.value_type), kind.ordered)
    return pa.string() if types.is_string_view(kind) else kind


def plain(cells: pa.Array) -> pa.Array:
    """Give a column as its plain kind."""
    wanted = plain_kind(cells.type)
    if cells.type == wanted:
        return cells
    if types.is_dictionary(wanted):
        return pa.DictionaryArray.from_arrays(cells.indices, plain(cells.dictionary))
    return pc.cast(cells, wanted)


def empty(schema: pa.Schema) -> pa.RecordBatch:
    """Make a batch without rows."""
    return pa.RecordBatch.from_arrays([pa.nulls(0, one.type) for one in schema], schema=schema)


NAN, FALSE = array(np.array([np.nan]))[0], array(np.array([False]))[0]
