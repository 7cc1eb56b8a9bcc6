"""Invented customers and what scikit-learn says of them, to try a model file on before it serves."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from churn import columns

ROWS = 24
DIGITS = 10
STRIDES = (5, 7, 11, 13, 17, 19, 23)
"""Coprime to ROWS: each column walks its quantiles in another order, so that no row is anybody's."""


def golden(fitted: Pipeline, rows: pd.DataFrame) -> dict[str, Any]:
    """Invent rows from the quantiles and the allowed values of each column, and score them.

    Every allowed value comes up, those that training never saw too. Gives {"columns": {name: cells},
    "probabilities": [...]}.
    """
    cells = {column.name: _cells(column, rows[column.name], at) for at, column in enumerate(columns.columns())}
    invented = pd.DataFrame({name: pd.Series(values, dtype=rows[name].dtype) for name, values in cells.items()})
    said = fitted.predict_proba(invented)[:, 1]
    return {"columns": cells, "probabilities": [round(float(one), DIGITS) for one in said]}


def _cells(column: columns.Column, seen: pd.Series, at: int) -> list[Any]:
    order = (np.arange(ROWS) * STRIDES[at % len(STRIDES)] + at) % ROWS
    if column.kind == "number":
        return _between(seen.to_numpy(float), order, column.whole)
    return [column.allowed[one % len(column.allowed)] for one in order]


def _between(seen: NDArray[np.float64], order: NDArray[np.int64], whole: bool) -> list[Any]:
    points = np.quantile(seen, (order + 0.5) / ROWS)
    return [int(point) for point in points] if whole else [float(f"{point:.6g}") for point in points]
