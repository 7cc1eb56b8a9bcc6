"""The rows that were not scored, each cell's fault a line, with the whole row as it arrived."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from churn.scoring.files.check import Rejected

HEAD = ("row", "column", "value", "reason")
LONGEST = 1_000
"""Characters of a cell that are repeated; no customer's cell is longer, and a CSV reader ends at 131,072."""


class Rejects:
    """A CSV file that begins to exist with the first rejected row; `row` counts from 0, as prediction ids do."""

    def __init__(self, path: Path, names: Iterable[str]) -> None:
        self._path, self._names = path, list(names)
        self._file: TextIO | None = None
        self._write: Any = None

    def add(self, rejected: Iterable[Rejected]) -> None:
        """Write what is wrong with some rows."""
        for one in rejected:
            if self._file is None:
                self._begin()
            cells = [text(one.arrived.get(name)) for name in self._names]
            for fault in one.faults:
                value = one.arrived.get(fault.column, fault.found)
                self._write.writerow([one.index, fault.column, text(value), fault.reason, *cells])

    def close(self) -> None:
        """Finish the file, if it was begun."""
        if self._file is not None:
            self._file.close()

    def _begin(self) -> None:
        self._file = self._path.open("w", encoding="utf-8", newline="")
        self._write = csv.writer(self._file, lineterminator="\n")
        self._write.writerow([*HEAD, *map(text, self._names)])


def text(cell: Any) -> str:
    """Spell a cell, cut where it is longer than any customer's."""
    spelt = "" if cell is None else str(cell)
    return spelt if len(spelt) <= LONGEST else f"{spelt[:LONGEST]}…"
