"""One row of a file or a folder, found again: how it was asked, and what was answered."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc

from churn.errors import TableError
from churn.scoring import record
from churn.scoring.files import folder, forms, source
from churn.scoring.files.arrays import text
from churn.scoring.files.check import known
from churn.scoring.files.header import ANSWERS
from churn.scoring.record import Row

NAMED, JUDGED = "prediction_id", ANSWERS[:5]


def asked(path: Path, index: int) -> Row:
    """Give the typed customer in row `index`, counted from 0. Raises TableError if there is none."""
    file, row = folder.place(path, index)
    with source.opened(file, forms.of_file(file), str(file), unread=True) as found:
        for block in found.blocks():
            place = np.flatnonzero(block.index == row)
            if len(place):
                return _typed(block.batch.slice(int(place[0]), 1).to_pylist()[0], path, index)
    raise TableError(f"{path}: it has no row {index}; rows count from 0")


def answered(path: Path, prediction: str) -> Row:
    """Give the answer that a file holds for a prediction. Raises TableError if it has none."""
    for file in folder.files(path):
        if answer := _answered(file, prediction):
            return answer
    raise TableError(f"{path}: it has no prediction {prediction}")


def _answered(path: Path, prediction: str) -> Row | None:
    with source.opened(path, forms.of_file(path), str(path), unread=True) as found:
        if NAMED not in found.schema.names:
            raise TableError(f"{path}: it has no column {NAMED!r}; name the file of answers")
        for block in found.blocks():
            here = block.batch.filter(pc.equal(block.batch.column(NAMED), text(prediction)))
            if here.num_rows:
                return {name: _spelt(here.column(name)[0].as_py()) for name in JUDGED if name in here.schema.names}
    return None


def _typed(arrived: dict[str, Any], path: Path, index: int) -> Row:
    try:
        return record.check(known(arrived))
    except record.Faults as wrong:
        raise TableError(f"{path}: row {index} breaks the contract and was not scored: {wrong}") from wrong


def _spelt(cell: Any) -> Any:
    """Read a cell that CSV gave as text."""
    if cell in ("true", "false"):
        return cell == "true"
    try:
        return float(cell)
    except (TypeError, ValueError):
        return cell
