"""What is known of customers, spelt in numbers for a small model."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churn import columns

Numbers = NDArray[np.float64]


def features(rows: pd.DataFrame) -> Numbers:
    """Spell customers, typed by `churn.table`, shape (n, k): first a 1, then a column a value, numbers standardised."""
    known = [_spelt(rows[one.name], one) for one in columns.columns() if one.name in rows]
    return np.column_stack([np.ones(len(rows)), *known])


def _spelt(cells: pd.Series, column: columns.Column) -> Numbers:
    return _curve(cells) if column.kind == "number" else _marks(cells, column.allowed[1:])


def _curve(cells: pd.Series) -> Numbers:
    """Give a number straight and bent, so that an effect that flattens or turns can be followed."""
    numbers = cells.astype("float64")
    spread = float(numbers.std())
    straight = ((numbers - numbers.mean()) / (spread if spread > 0 else 1.0)).fillna(0.0).to_numpy()
    return np.column_stack([straight, np.abs(straight), straight**2])


def _marks(cells: pd.Series, values: Sequence[object]) -> Numbers:
    marks = [np.asarray(cells == value, dtype=np.float64) for value in values]
    return np.column_stack([np.empty((len(cells), 0)), *marks])
