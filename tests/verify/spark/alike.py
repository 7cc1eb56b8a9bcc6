"""Answers of a cluster held against one machine's, row for row."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

PARITY = 1e-6
NEAR = ("churn_probability", "expected_value")


def faults(local: Path, cluster: Path) -> tuple[list[str], float]:
    """Say in which columns the two differ, and by how much the probabilities do at most."""
    one, other = _ordered(local), _ordered(cluster)
    if not one["row"].equals(other["row"]):
        lost, more = (set(a["row"].to_pylist()) - set(b["row"].to_pylist()) for a, b in ((one, other), (other, one)))
        return [f"{one.num_rows:,} rows here, {other.num_rows:,} there: {len(lost)} lost, {len(more)} invented"], np.inf
    if set(one.column_names) != set(other.column_names):
        return [f"columns {sorted(set(one.column_names) ^ set(other.column_names))} are not in both"], np.inf
    apart = {name: float(np.abs(_numbers(one, name) - _numbers(other, name)).max()) for name in NEAR}
    wrong = [f"{name} is {apart[name]:.1e} apart" for name in NEAR if not apart[name] <= PARITY]
    exact = [name for name in one.column_names if name not in {*NEAR, "prediction_id"}]
    wrong += [f"{name} differs" for name in exact if not one[name].equals(other[name].cast(one[name].type))]
    return wrong, apart["churn_probability"]


def _ordered(path: Path) -> pa.Table:
    """Read answers in the order of the rows that their ids name."""
    found = pq.read_table(path)
    plain = pa.table({name: _decoded(found[name]) for name in found.column_names})
    row = pc.cast(pc.list_flatten(pc.list_slice(pc.split_pattern(plain["prediction_id"], "."), 1, 2)), pa.int64())
    return plain.append_column("row", row).sort_by("row")


def _decoded(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.cast(cells, cells.type.value_type) if pa.types.is_dictionary(cells.type) else cells


def _numbers(table: pa.Table, name: str) -> np.ndarray:
    return table[name].to_numpy()
