"""CSV as it arrived: every cell text, every line accounted for."""

import csv
import io
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv as arrow_csv

from churn import columns
from churn.errors import TableError

BYTES = 2 << 20
"""How much is parsed at once; what waits on either side, as text and as columns, is a multiple of it."""
SAMPLE = 1 << 20
MOST = 100_000
"""With so many ragged lines at once the file is something else than it says."""


@dataclass(frozen=True, slots=True)
class Ragged:
    """A line with another number of fields than the header; `index` counts rows from 0."""

    index: int
    text: str


@dataclass(slots=True)
class Lines:
    """An open CSV file: its batches, and the ragged lines met so far."""

    reader: arrow_csv.CSVStreamingReader
    ragged: deque[Ragged] = field(default_factory=deque)
    _next: int = 0

    def place(self, rows: int) -> tuple[NDArray[np.int64], list[Ragged]]:
        """Count the next good rows through the file, and give the ragged lines that stand before and among them."""
        among: list[Ragged] = []
        while self.ragged and self.ragged[0].index < self._next + rows + len(among):
            among.append(self.ragged.popleft())
        places = np.arange(self._next, self._next + rows + len(among), dtype=np.int64)
        self._next += len(places)
        return np.setdiff1d(places, [one.index for one in among], assume_unique=True), among


def header(content: BinaryIO, name: str) -> list[str]:
    """Read the names in the first line. Raises TableError."""
    text = io.TextIOWrapper(content, encoding="utf-8-sig", newline="")
    try:
        names = next(csv.reader(text), [])
    except UnicodeDecodeError as fault:
        raise TableError(f"{name}: not UTF-8 (byte {fault.start}: {fault.reason}); save it as UTF-8") from fault
    except csv.Error as fault:
        raise TableError(f"{name}: not a CSV table ({fault}); save it as comma-separated UTF-8") from fault
    finally:
        text.detach()
    if not names:
        raise TableError(f"{name}: empty; expected a header line and a line per customer")
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        raise TableError(f"{name}: its fields are not separated by commas; save it as comma-separated UTF-8")
    return names


def lines(path: Path, names: list[str]) -> Lines:
    """Open a CSV file; categories come as codes, all else as text."""
    found: deque[Ragged] = deque()
    coded, categories = pa.dictionary(pa.int32(), pa.string()), set(columns.names("category"))
    reader = arrow_csv.open_csv(
        path,
        arrow_csv.ReadOptions(use_threads=False, block_size=BYTES),  # lines are numbered on one thread alone
        arrow_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=lambda row: _put(found, row)),
        arrow_csv.ConvertOptions(
            column_types={name: coded if name in categories else pa.string() for name in names}, null_values=[]
        ),
    )
    return Lines(reader, found)


def about(path: Path) -> int:
    """Guess the number of rows from the first megabyte."""
    with path.open("rb") as content:
        sample = content.read(SAMPLE)
    count = sample.count(b"\n")
    return int(path.stat().st_size / len(sample) * count) - 1 if count else 0


def _put(found: deque[Ragged], row: arrow_csv.InvalidRow) -> str:
    found.append(Ragged(row.number - 2, row.text))
    return "skip" if len(found) < MOST else "error"
