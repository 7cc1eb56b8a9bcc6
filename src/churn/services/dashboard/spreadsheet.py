"""Tables for spreadsheets: CSV that they read as UTF-8, and in which no text of a customer is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

FORMULA = tuple("=+-@\t\r\n|%")


def plain(text: str | None) -> str | None:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text and text.lstrip()[:1] in FORMULA else text


def written(header: Iterable[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Write a table of numbers and texts; the mark at its head lets spreadsheets read it as UTF-8."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(header)
    table.writerows([plain(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
