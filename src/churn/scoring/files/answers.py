"""What the model says of a block, as columns beside the file's own."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from churn import columns
from churn.scoring.coded import Coded
from churn.scoring.engine import Engine
from churn.scoring.files.arrays import array, text, texts
from churn.scoring.files.cells import Mask
from churn.scoring.files.check import Checked
from churn.scoring.record import Row

TIERS = pa.dictionary(pa.int32(), pa.string())
FIELDS = (
    pa.field("churn_probability", pa.float64(), nullable=False),
    pa.field("churn", pa.bool_(), nullable=False),
    pa.field("offer", pa.bool_(), nullable=False),
    pa.field("expected_value", pa.float64(), nullable=False),
    pa.field("risk_tier", TIERS, nullable=False),
    pa.field("model_version", pa.int32(), nullable=False),
    pa.field("prediction_id", pa.string(), nullable=False),
)
PART = 4
SPELT = {width: np.array([f"{one:0{width}d}" for one in range(10**width)], "S") for width in range(1, PART + 1)}
"""Every number of up to so many digits, as letters."""

Answers = dict[str, Any]


def answers(checked: Checked, engine: Engine) -> Answers:
    """Give the engine's columns for the rows that keep the contract, shape (n,) each."""
    said = engine.table(checked.columns)
    if checked.mended:
        places = list(checked.mended)
        for name, cells in engine.table(_columns(list(checked.mended.values()))).items():
            said[name] = _put(said[name], places, cells)
    if checked.kept is None:
        return said
    return {name: _kept(cells, checked.kept) for name, cells in said.items()}


def beside(checked: Checked, said: Answers, engine: Engine, record: str, schema: pa.Schema) -> pa.RecordBatch:
    """Put the answers beside the columns as they arrived; rows that are rejected are left out."""
    batch, index = checked.block.batch, checked.block.index
    if checked.kept is not None:
        batch, index = batch.filter(array(checked.kept)), index[checked.kept]
    version = array(np.full(len(index), engine.version, dtype=np.int32))
    arrays = [_arrow(said[one.name]) for one in FIELDS[:-2]]
    return pa.RecordBatch.from_arrays([*batch.columns, *arrays, version, _ids(record, index)], schema=schema)


def _ids(record: str, index: NDArray[np.int64]) -> pa.Array:
    """Spell `record.index`; numbers of equally many digits are put together from spelt parts, many times as fast."""
    digits, head = len(str(index[-1])) if len(index) else 0, f"{record}.".encode()
    if not digits or len(str(index[0])) < digits:
        return pc.binary_join_element_wise(text(record), pc.cast(array(index), pa.string()), text("."))
    widths = [width for width in (digits % PART, *[PART] * (digits // PART)) if width]
    parts = [(f"part {number}", f"S{width}") for number, width in enumerate(widths)]
    ids, rest = np.empty(len(index), [("head", f"S{len(head)}"), *parts]), index.astype(_width(digits))
    ids["head"] = head
    for (name, _), width in zip(reversed(parts), reversed(widths), strict=True):
        ids[name] = SPELT[width][rest % 10**width]
        rest = rest // 10**width
    ends = np.arange(0, ids.nbytes + 1, ids.itemsize, dtype=np.int32)
    return pa.StringArray.from_buffers(len(index), pa.py_buffer(ends), pa.py_buffer(ids))


def _width(digits: int) -> type[np.unsignedinteger[Any]]:
    """Choose numbers no wider than need be: half as wide are divided twice as fast."""
    return np.uint32 if digits < len(str(2**32)) else np.uint64


def _columns(rows: list[Row]) -> dict[str, Any]:
    return {name: [row[name] for row in rows] for name in columns.names()}


def _put(cells: Any, places: list[int], others: Any) -> Any:
    if isinstance(cells, Coded):
        return Coded(_put(cells.codes, places, others.codes), cells.values)  # the engine spells its tiers in one order
    cells = cells.copy()
    cells[places] = others
    return cells


def _kept(cells: Any, kept: Mask) -> Any:
    return Coded(cells.codes[kept], cells.values) if isinstance(cells, Coded) else cells[kept]


def _arrow(cells: Any) -> pa.Array:
    if not isinstance(cells, Coded):
        return array(cells)
    return pa.DictionaryArray.from_arrays(array(cells.codes.astype(np.int32)), texts(cells.values))
