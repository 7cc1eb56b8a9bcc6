"""A block held to the contract: most rows at a glance, those in doubt one by one, as every door does."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from churn import columns, contract
from churn.scoring import record
from churn.scoring.files import cells
from churn.scoring.files.arrays import array
from churn.scoring.files.cells import Mask
from churn.scoring.files.source import Block
from churn.scoring.record import Fault, Row

RAGGED = "the line has another number of fields than the header"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not scored: where it stands in the file, why, and how it arrived."""

    index: int
    faults: list[Fault]
    arrived: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Checked:
    """A block and what is known of it.

    Attributes
    ----------
    columns : every row's typed cells; a row that is mended or rejected holds some allowed value here.
    mended : the rows, by place in the block, whose cells had to be read one by one.
    kept : which rows keep the contract, shape (n,); None for all of them.
    """

    block: Block
    columns: dict[str, Any]
    mended: dict[int, Row]
    rejected: list[Rejected]
    kept: Mask | None


def check(block: Block) -> Checked:
    """Check the rows of a block."""
    typed, doubt = cells.typed(block.batch)
    places = np.flatnonzero(doubt)
    mended: dict[int, Row] = {}
    rejected = [Rejected(one.index, [Fault("", RAGGED, one.text)], {}) for one in block.ragged]
    kept = None
    if len(places):
        kept = np.ones(len(doubt), dtype=bool)
        for place, arrived in zip(places.tolist(), _arrived(block.batch, places), strict=True):
            try:
                mended[place] = record.check(known(arrived))
            except record.Faults as wrong:
                kept[place] = False
                rejected.append(Rejected(int(block.index[place]), wrong.faults, arrived))
    return Checked(block, typed, mended, sorted(rejected, key=lambda one: one.index), kept)


def known(arrived: dict[str, Any]) -> Row:
    """Take the contract's cells of a row, spelt as the check of one customer wants them."""
    names = [*columns.names(), *([contract.ID] if contract.ID in arrived else [])]
    return {name: _plain(arrived[name]) for name in names}


def _arrived(batch: pa.RecordBatch, places: Any) -> list[dict[str, Any]]:
    return list(batch.take(array(places)).to_pylist())


def _plain(cell: Any) -> Any:
    """Spell a cell as JSON would: a table's NaN is a missing cell, a decimal is a number."""
    if cell is None or isinstance(cell, str | int):
        return cell
    number = float(cell)
    return None if np.isnan(number) else number
