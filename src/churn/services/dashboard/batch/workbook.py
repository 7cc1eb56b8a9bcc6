"""An Excel workbook's sheet, as the table that every other part reads."""

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from churn.errors import TableError

ENDING = ".xlsx"
MOST_MB = 500
"""What a workbook may hold once it is unpacked: a few kilobytes can be told to hold more than any machine."""
MOST_COLUMNS = 500
LAST_ROW = 1_048_576
"""No sheet has more, whatever it says of itself."""


def sheets(content: bytes, name: str) -> list[str]:
    """List the sheets of a workbook that hold cells, not charts. Raises TableError."""
    with _opened(content, name) as book:
        found = [sheet.title for sheet in book.worksheets]
    if not found:
        raise TableError(f"{name}: it has no sheet of cells; choose a workbook with a table of customers")
    return found


def to_csv(content: bytes, name: str, sheet: str, path: Path, most: int) -> None:
    """Write a sheet's cells, as they are seen, to a CSV file; rows that are blank are left out. Raises TableError.

    Of more than `most` rows, one more is written: enough for whoever counts them.
    """
    with _opened(content, name) as book, path.open("w", encoding="utf-8", newline="") as file:
        rows = _rows(book[sheet], f"{name}, sheet {sheet!r}")
        head = next(rows, [])
        while head and not head[-1]:
            head.pop()
        write = csv.writer(file)
        write.writerow(head)
        write.writerows((row + [""] * len(head))[: max(len(head), _filled(row))] for row in islice(rows, most + 1))


def _rows(sheet: Any, name: str) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # what it says of its size may be wrong, and would make every row as wide
    for cells in sheet.iter_rows(max_row=LAST_ROW, values_only=True):
        if len(cells) > MOST_COLUMNS:
            said = f"its cells reach past column {MOST_COLUMNS}"
            raise TableError(f"{name}: {said}; delete the columns beside the table, or save the table as CSV")
        row = ["" if cell is None else str(cell) for cell in cells]
        if any(row):
            yield row


def _filled(row: list[str]) -> int:
    return max((place for place, cell in enumerate(row, 1) if cell), default=0)


@contextmanager
def _opened(content: bytes, name: str) -> Iterator[Any]:
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # it has no types

    try:
        _bounded(content, name)
        with closing(load_workbook(io.BytesIO(content), read_only=True, data_only=True)) as book:
            yield book
    except TableError:
        raise
    except Exception as fault:  # each part of a torn workbook raises errors of another library
        if isinstance(fault, OSError) and fault.errno is not None:
            raise
        said = "torn, or not an Excel workbook of today's form, or it wants a password"
        raise TableError(f"{name}: {said}; save it again as .xlsx without a password, or as CSV") from fault


def _bounded(content: bytes, name: str) -> None:
    """Raise TableError for a workbook that would fill this machine, BadZipFile for what is none."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        held = sum(one.file_size for one in packed.infolist())
    if held > MOST_MB * 1_000_000:
        raise TableError(f"{name}: it holds {held / 1e6:,.0f} MB, over {MOST_MB}; save the table as CSV or Parquet")
