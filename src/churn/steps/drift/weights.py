"""How much each column says about churn, in the reference's own labels."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import mutual_info_score

from churn import table
from churn.columns import Column, columns
from churn.steps.drift.pair import cells

BANDS = 10


def weigh(reference: pd.DataFrame) -> dict[str, float]:
    """Share out 1 among the columns by their mutual information with the outcome, numbers cut into ten equal bands.

    What chance alone would give, (values - 1) / (2 rows) for two classes (Miller 1955), is taken off, so that a column
    that says nothing weighs nothing. Where no column says anything, all weigh the same.
    """
    told = {column.name: _information(reference, column) for column in columns()}
    total = sum(told.values())
    return {name: value / total if total else 1 / len(told) for name, value in told.items()}


def _information(reference: pd.DataFrame, column: Column) -> float:
    if column.name not in reference or reference.empty:
        return 0.0
    groups = _groups(reference, column)
    chance = (len(np.unique(groups)) - 1) / (2 * len(groups))
    return max(0.0, float(mutual_info_score(table.outcome(reference), groups)) - chance)


def _groups(reference: pd.DataFrame, column: Column) -> NDArray[np.int64]:
    found = cells(reference, column)
    if column.kind != "number":
        return np.asarray(pd.factorize(found)[0], dtype=np.int64)
    edges = np.unique(found.quantile(np.arange(1, BANDS) / BANDS))
    return np.asarray(np.searchsorted(edges, found, side="right"), dtype=np.int64)
