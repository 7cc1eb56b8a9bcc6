"""How much each column says about churn, in the reference's own labels."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import mutual_info_score

from churn import contract, table
from churn.columns import Column, columns
from churn.steps.drift.pair import cells

BANDS = 10


def weigh(reference: pd.DataFrame) -> dict[str, float]:
    """Share out 1 among the columns by their mutual information with the outcome, numbers cut into ten equal bands.

    What chance alone would give, (values - 1) / (2 rows) for two classes (Miller 1955), is taken off, so that a column
    that says nothing weighs nothing. Where no column says anything, all weigh the same.
    """
    labelled = contract.TARGET in reference
    told = {column.name: _information(reference, column) if labelled else 0.0 for column in columns()}
    total = sum(told.values())
    return {name: value / total if total else 1 / len(told) for name, value in told.items()}


def grouped(reference: pd.Series, cells: pd.Series, column: Column) -> NDArray[np.int64]:
    """Give each cell its group's number, by the reference's values or its ten bands; -1 is none of them."""
    if column.kind != "number":
        return np.asarray(pd.Index(reference.dropna().unique()).get_indexer(cells), dtype=np.int64)
    edges = np.unique(reference.quantile(np.arange(1, BANDS) / BANDS))
    return np.where(cells.isna(), -1, np.searchsorted(edges, cells, side="right")).astype(np.int64)


def _information(reference: pd.DataFrame, column: Column) -> float:
    if column.name not in reference or reference.empty:
        return 0.0
    found = cells(reference, column)
    groups = grouped(found, found, column)
    chance = (len(np.unique(groups)) - 1) / (2 * len(groups))
    return max(0.0, float(mutual_info_score(table.outcome(reference), groups)) - chance)
