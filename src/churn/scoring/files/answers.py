"""What the model says of a block, as columns beside the file's own."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from churn import columns
from churn.scoring.coded import Coded
from churn.scoring.engine import Engine
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
        batch, index = batch.filter(pa.array(checked.kept)), index[checked.kept]
    ids = pc.binary_join_element_wise(record, pc.cast(pa.array(index), pa.string()), ".")
    version = pa.array(np.full(len(index), engine.version, dtype=np.int32))
    arrays = [_arrow(said[one.name], one.type) for one in FIELDS[:-2]]
    return pa.RecordBatch.from_arrays([*batch.columns, *arrays, version, ids], schema=schema)


def _columns(rows: list[Row]) -> dict[str, Any]:
    return {name: [row[name] for row in rows] for name in columns.names()}


def _put(cells: Any, places: list[int], others: Any) -> Any:
    if not isinstance(cells, Coded):
        cells[places] = others
        return cells
    codes = cells.codes.copy()
    codes[places] = others.codes  # the engine spells its tiers in one order
    return Coded(codes, cells.values)


def _kept(cells: Any, kept: Any) -> Any:
    return Coded(cells.codes[kept], cells.values) if isinstance(cells, Coded) else cells[kept]


def _arrow(cells: Any, kind: pa.DataType) -> pa.Array:
    if isinstance(cells, Coded):
        codes = pa.array(np.asarray(cells.codes, np.int32))
        return pa.DictionaryArray.from_arrays(codes, pa.array(list(cells.values), pa.string()))
    found = pa.array(cells)
    return found.dictionary_encode() if pa.types.is_dictionary(kind) else found
