"""The two sides of the comparison, cell by cell comparable, and what keeps a column out of it."""

from dataclasses import dataclass

import pandas as pd

from churn.columns import Column, columns
from churn.params.drift import Drift

ABSURD = 1e150
"""Past this the square of a number leaves float64, and one such cell would cost every column its distance."""


@dataclass(frozen=True)
class Pair:
    """The columns that can be judged, on both sides, and for each other column why it cannot be."""

    reference: pd.DataFrame
    batch: pd.DataFrame
    obstacles: dict[str, str]

    @property
    def columns(self) -> list[Column]:
        """List the columns that can be judged, in the contract's order."""
        return [column for column in columns() if column.name in self.batch]


def pair(reference: pd.DataFrame, batch: pd.DataFrame | None, drift: Drift) -> Pair:
    """Set a batch beside the reference, both typed by `churn.table`; columns outside the contract are left out."""
    batch = pd.DataFrame() if batch is None else batch
    obstacles = {column.name: _obstacle(reference, batch, column, drift) for column in columns()}
    kept = [column for column in columns() if not obstacles[column.name]]
    return Pair(
        reference=pd.DataFrame({column.name: cells(reference, column) for column in kept}),
        batch=pd.DataFrame({column.name: cells(batch, column) for column in kept}),
        obstacles={name: words for name, words in obstacles.items() if words},
    )


def shortage(reference: pd.DataFrame, batch: pd.DataFrame, drift: Drift) -> str:
    """Say which side has too few rows for any column, or nothing."""
    for side, rows in (("reference", len(reference)), ("batch", len(batch))):
        if rows < drift.min_rows:
            return f"the {side} has {rows:,} row(s), too few to judge (drift.min_rows is {drift.min_rows:,})"
    return ""


def cells(table: pd.DataFrame, column: Column) -> pd.Series:
    """Give a column as float64 numbers or as text (a flag as "0" or "1"), missing where a cell is blank or absurd."""
    found = table[column.name]
    if column.kind == "category":
        text = found.astype("str")
        return text.mask(text == "")
    numbers = found.astype("float64").where(found.abs() < ABSURD)
    return numbers if column.kind == "number" else numbers.map("{:.12g}".format, na_action="ignore").astype("str")


def _obstacle(reference: pd.DataFrame, batch: pd.DataFrame, column: Column, drift: Drift) -> str:
    short = shortage(reference, batch, drift)
    if short:
        return short
    for side, table in (("reference", reference), ("batch", batch)):
        if column.name not in table:
            return f"the {side} has no such column"
        missing = cells(table, column).isna().mean()
        if missing > drift.max_missing:
            kind = "number" if column.kind != "category" else "text"
            return f"{missing:.0%} of the {side}'s cells hold no {kind} (drift.max_missing is {drift.max_missing:.0%})"
    return ""
