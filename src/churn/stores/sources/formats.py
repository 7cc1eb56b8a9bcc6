"""A user's file by its ending: read, with every cell spelt as it was written."""

import json
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pandas as pd

from churn.errors import SourceError, TableError
from churn.stores.raw_table import as_text, read_raw

EXACT = 2.0**53
"""Up to here a float holds every whole number."""


def ending(address: str) -> str:
    """Give the ending of a path or of a URL's path; raise SourceError for one that no reader knows."""
    found = PurePosixPath(address).suffix.lower()
    if found not in READERS:
        raise SourceError(f"its ending {found!r} is unknown; save the table as one of {', '.join(READERS)}")
    return found


def read(path: Path) -> pd.DataFrame:
    """Read a table; raise TableError where it is torn, empty, or another format than its ending says."""
    try:
        table = READERS[path.suffix.lower()](path)
    except TableError:
        raise
    except Exception as fault:  # each format's library raises errors of its own
        first = str(fault).partition("\n")[0]
        raise TableError(f"{path}: not a whole {path.suffix} table ({first}); save it again") from fault
    return filled(table, str(path))


def filled(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Refuse a table without rows, or with two columns of one name."""
    if table.empty:
        raise TableError(f"{name}: it has no rows; expected a row per customer")
    twice = table.columns[table.columns.duplicated()]
    if len(twice):
        raise TableError(f"{name}: column {twice[0]!r} occurs twice; keep one")
    return table


def spell(table: pd.DataFrame) -> pd.DataFrame:
    """Spell cells as text: whole numbers without the point that missing ones gave them, floats by their own digits."""
    return as_text(table.apply(lambda cells: _plain(cells) if pd.api.types.is_float_dtype(cells) else cells))


def _plain(cells: pd.Series) -> pd.Series:
    wide = cells.astype("string").astype("Float64")
    found = wide.dropna()
    whole = bool(((found == found.round()) & (found.abs() < EXACT)).all())
    return wide.astype("Int64") if whole else wide


def _json_lines(path: Path) -> pd.DataFrame:
    with path.open(encoding="utf-8-sig") as lines:
        rows = [_object(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    return pd.DataFrame(rows, dtype="object")


def _object(number: int, line: str) -> dict[str, object]:
    try:
        row = json.loads(line, parse_int=str, parse_float=str)
    except json.JSONDecodeError as fault:
        raise ValueError(f"line {number}: {fault.msg}") from fault
    if not isinstance(row, dict):
        raise TypeError(f"line {number}: not an object of column and cell")
    return row


READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    ".csv": read_raw,
    ".parquet": lambda path: pd.read_parquet(path, dtype_backend="numpy_nullable"),
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".xlsx": lambda path: pd.read_excel(path, dtype="object", na_filter=False),
}
