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
    pa.field("churn_probability", pa.float64()),
    pa.field("churn", pa.bool_()),
    pa.field("offer", pa.bool_()),
    pa.field("expected_value", pa.float64()),
    pa.field("risk_tier", TIERS),
    pa.field("model_version", pa.int32()),
    pa.field("prediction_id", pa.string()),
)
ZERO = np.uint8(ord("0"))

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
    """Spell `record.index`; numbers of equally many digits are spelt letter by letter, thrice as fast."""
    digits = len(str(index[-1])) if len(index) else 0
    if not digits or len(str(index[0])) < digits:
        return pc.binary_join_element_wise(text(record), pc.cast(array(index), pa.string()), text("."))
    head = f"{record}.".encode()
    letters = np.empty((len(index), len(head) + digits), np.uint8)
    letters[:, : len(head)] = np.frombuffer(head, np.uint8)
    rest = index.astype(np.uint32)
    for place in range(letters.shape[1] - 1, len(head) - 1, -1):
        rest, digit = np.divmod(rest, np.uint32(10))
        letters[:, place] = digit + ZERO
    ends = np.arange(0, letters.size + 1, letters.shape[1], dtype=np.int32)
    return pa.StringArray.from_buffers(len(index), pa.py_buffer(ends), pa.py_buffer(letters))


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
