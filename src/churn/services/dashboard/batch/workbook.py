"""An Excel workbook's sheet, as the table that every other part reads."""

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from churn.errors import TableError

ENDING = ".xlsx"
MOST_MB = 500
"""What a workbook may hold once it is unpacked: a few kilobytes can be told to hold more than any machine."""


def sheets(content: bytes, name: str) -> list[str]:
    """List the sheets of a workbook. Raises TableError."""
    with _opened(content, name) as book:
        return list(book.sheetnames)


def to_csv(content: bytes, name: str, sheet: str, path: Path) -> None:
    """Write a sheet's cells, as they are seen, to a CSV file; rows that are blank are left out. Raises TableError."""
    with _opened(content, name) as book, path.open("w", encoding="utf-8", newline="") as file:
        rows = _rows(book[sheet])
        head = next(rows, [])
        while head and not head[-1]:
            head.pop()
        write = csv.writer(file)
        write.writerow(head)
        write.writerows((row + [""] * len(head))[: max(len(head), _filled(row))] for row in rows)


def _rows(sheet: Any) -> Iterator[list[str]]:
    for cells in sheet.iter_rows(values_only=True):
        row = ["" if cell is None else str(cell) for cell in cells]
        if any(row):
            yield row


def _filled(row: list[str]) -> int:
    return max((place for place, cell in enumerate(row, 1) if cell), default=0)


@contextmanager
def _opened(content: bytes, name: str) -> Iterator[Any]:
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # it has no types
    from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]  # it has no types

    try:
        _bounded(content, name)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as fault:
        said = "not an Excel workbook of today's form, or it wants a password"
        raise TableError(f"{name}: {said}; save it as .xlsx without a password, or as CSV") from fault
    try:
        yield book
    finally:
        book.close()


def _bounded(content: bytes, name: str) -> None:
    """Raise TableError for a workbook that would fill this machine, BadZipFile for what is none."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        held = sum(one.file_size for one in packed.infolist())
    if held > MOST_MB * 1_000_000:
        raise TableError(f"{name}: it holds {held / 1e6:,.0f} MB, over {MOST_MB}; save the table as CSV or Parquet")
