"""What a worker does with the batches of a partition: the same check and the same engine as for a file.

A batch holds the table's columns, by place, and last the number of each row in the table.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from churn.scoring.engine import Engine
from churn.scoring.files.answers import FIELDS, answers, beside
from churn.scoring.files.arrays import numbers
from churn.scoring.files.check import Rejected, check
from churn.scoring.files.rejects import text
from churn.scoring.files.source import Block

if TYPE_CHECKING:
    from pyspark import Broadcast

Batches = Iterator[pa.RecordBatch]
FAULT = pa.struct([("column", pa.string()), ("reason", pa.string()), ("found", pa.string())])
REJECTED = pa.schema([("row", pa.int64()), ("faults", pa.list_(FAULT)), ("cells", pa.list_(pa.string()))])


@dataclass(frozen=True, slots=True)
class Plan:
    """What every worker is told: the table's columns, the bytes of the model, its version, and the record's id."""

    names: list[str]
    model: "Broadcast[bytes]"
    version: int
    record: str


def answered(plan: Plan, batches: Batches) -> Batches:
    """Give the rows that keep the contract, with the answers beside them."""
    engine = _engine(plan.model.value, plan.version)
    for block in _blocks(plan.names, batches):
        checked = check(block)
        shape = pa.schema([*block.batch.schema, *FIELDS])
        said = beside(checked, answers(checked, engine), engine, plan.record, shape)
        yield _plain(said, "risk_tier")


def rejected(names: list[str], batches: Batches) -> Batches:
    """Give the rows that break the contract: where they stand, why, and as they arrived."""
    for block in _blocks(names, batches):
        found = [_spelt(one, names) for one in check(block).rejected]
        yield pa.RecordBatch.from_pylist(found, REJECTED)


def _blocks(names: list[str], batches: Batches) -> Iterator[Block]:
    """Cut batches where the row numbers do not go on: a partition may hold several files."""
    for batch in batches:
        *cells, places = batch.columns
        index, rows = numbers(places), pa.RecordBatch.from_arrays(cells, names)
        cuts = [0, *(np.flatnonzero(np.diff(index) != 1) + 1).tolist(), len(index)]
        for start, end in pairwise(cuts):
            yield Block(rows.slice(start, end - start), index[start:end])


@lru_cache(maxsize=1)
def _engine(model: bytes, version: int) -> Engine:
    """Load the model once a process, and prove it on its golden rows on this machine too. Raises ModelError."""
    engine = Engine(model, version)
    engine.preflight()
    return engine


def _plain(batch: pa.RecordBatch, name: str) -> pa.RecordBatch:
    """Give a column of codes as text; Spark takes no codes."""
    place = batch.schema.get_field_index(name)
    return batch.set_column(place, name, pc.dictionary_decode(batch.column(place)))


def _spelt(one: Rejected, names: list[str]) -> dict[str, Any]:
    return {
        "row": one.index,
        "faults": [{"column": fault.column, "reason": fault.reason, "found": fault.found} for fault in one.faults],
        "cells": [text(one.arrived.get(name)) for name in names],
    }
