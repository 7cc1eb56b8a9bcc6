"""The two sides of the comparison, cell by cell comparable, and what keeps a column out of it."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churn import contract, table
from churn.columns import Column, columns
from churn.params.drift import Drift
from churn.steps.drift.obstacles import mislabelled, shortage, unfit, unlabelled

ABSURD = 1e150
"""Past this the square of a number leaves float64, and one such cell would cost every column its distance."""


@dataclass(frozen=True)
class Pair:
    """The columns that both sides have, why some of them cannot be judged, and who left (or why nobody can tell)."""

    reference: pd.DataFrame
    batch: pd.DataFrame
    obstacles: dict[str, str]
    left: tuple[NDArray[np.int64], NDArray[np.int64]] | None
    unlabelled: str
    mislabelled: bool
    shortage: str

    @property
    def both(self) -> list[Column]:
        """List the columns that both sides have."""
        return [column for column in columns() if column.name in self.batch]

    @property
    def columns(self) -> list[Column]:
        """List the columns that can be judged, in the contract's order."""
        return [column for column in self.both if column.name not in self.obstacles]


def pair(reference: pd.DataFrame, batch: pd.DataFrame | None, drift: Drift) -> Pair:
    """Set a batch beside the reference, both typed by `churn.table`; columns outside the contract are left out."""
    batch = pd.DataFrame() if batch is None else batch
    both = [column for column in columns() if column.name in reference and column.name in batch]
    before, after = (
        pd.DataFrame({column.name: cells(side, column) for column in both}).reset_index(drop=True)
        for side in (reference, batch)
    )
    short = shortage(reference, batch, after, drift)
    obstacles = {column.name: short or _absent(reference, batch, column) for column in columns()}
    for column in both:
        obstacles[column.name] = short or unfit(before[column.name], after[column.name], column, drift)
    silent = unlabelled(batch)
    return Pair(
        reference=before,
        batch=after,
        obstacles={name: words for name, words in obstacles.items() if words},
        left=None if short or silent else (table.outcome(reference), table.outcome(batch)),
        unlabelled=silent,
        mislabelled=contract.TARGET in reference and mislabelled(reference, batch),
        shortage=short,
    )


def sampled(sides: Pair, drift: Drift) -> Pair:
    """Draw at most `drift.max_rows` rows of either side for the comparison, without a few cells that cannot be."""
    rng = np.random.default_rng(drift.seed)
    before, after = (_chosen(len(side), drift.max_rows, rng) for side in (sides.reference, sides.batch))
    return replace(
        sides,
        reference=sides.reference.iloc[before],
        batch=_possible(sides, drift.max_missing).iloc[after],
        left=sides.left and (sides.left[0][before], sides.left[1][after]),
    )


def cells(rows: pd.DataFrame, column: Column) -> pd.Series:
    """Give a column as float64 numbers or as text (a flag as "0" or "1"), missing where a cell is blank or absurd."""
    found = rows[column.name]
    if column.kind == "category":
        text = found.astype("str")
        return text.mask(text == "")
    numbers = found.astype("float64").where(found.abs() < ABSURD)
    return numbers if column.kind == "number" else numbers.map("{:.12g}".format, na_action="ignore").astype("str")


def _possible(sides: Pair, most: float) -> pd.DataFrame:
    """Leave out numbers outside the contract's range, one of which may move a mean; many stay, and are a fault."""
    wrong = {column.name: outside(sides.batch[column.name], column) for column in sides.columns}
    few = {name: cells for name, cells in wrong.items() if 0 < cells.mean() <= most}
    return sides.batch.assign(**{name: sides.batch[name].mask(cells) for name, cells in few.items()})


def outside(cells: pd.Series, column: Column) -> pd.Series:
    """Tell which cells are numbers outside the contract's range."""
    if column.kind != "number":
        return pd.Series(False, index=cells.index)
    low = -np.inf if column.low is None else column.low
    high = np.inf if column.high is None else column.high
    return cells.notna() & ~cells.between(low, high)


def _chosen(rows: int, most: int, rng: np.random.Generator) -> NDArray[np.intp]:
    return np.arange(rows) if rows <= most else np.sort(rng.choice(rows, most, replace=False))


def _absent(reference: pd.DataFrame, batch: pd.DataFrame, column: Column) -> str:
    for side, rows in (("reference", reference), ("batch", batch)):
        if column.name not in rows:
            return f"the {side} has no such column"
    return ""
