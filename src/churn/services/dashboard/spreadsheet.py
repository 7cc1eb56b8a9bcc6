"""Tables for spreadsheets: CSV that they read as UTF-8, and in which no text of a customer is taken for a formula."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

FORMULA = frozenset("=+-@|%")
UNSEEN = frozenset("CZM")
"""Unicode's classes of what is not seen at the head of a text: controls, zero-width marks, spaces, joiners."""


def plain(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if _first(text) in FORMULA else text


def written(header: Iterable[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Write a table of numbers and texts; the mark at its head lets spreadsheets read it as UTF-8."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(map(plain, header))
    table.writerows([plain(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _first(text: str) -> str:
    """Give the first character that is seen; one of full width is the plain one to a spreadsheet."""
    seen = next((one for one in text if unicodedata.category(one)[0] not in UNSEEN), "")
    return unicodedata.normalize("NFKC", seen)
