"""A category column as a file holds it: each value once, and its number in every row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Coded:
    """A dictionary-encoded column: row i holds `values[codes[i]]`; a negative code is a missing cell."""

    codes: NDArray[Any]
    values: Sequence[str]

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, rows: slice) -> "Coded":
        return Coded(self.codes[rows], self.values)

    def plain(self) -> NDArray[Any]:
        """Spell the column out, shape (n,)."""
        return np.asarray(np.array([*self.values, None], dtype=object)[self.codes])
