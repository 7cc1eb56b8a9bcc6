"""Raw tables: every cell as it arrived, every line accounted for."""

import csv
import mmap
import re
import warnings
from pathlib import Path
from typing import Any

import pandas as pd

from churn.errors import TableError
from churn.stores.tables import read_parquet


def read_raw(path: Path) -> pd.DataFrame:
    """Read a table as it arrived: every cell a string, a missing one empty.

    The index counts rows from the first line after the header, 2, as an editor shows them. A line with too many
    fields keeps the first ones, and its surplus stands in the column `""`. Raises TableError.
    """
    table = _read_csv(path) if path.suffix.lower() == ".csv" else as_text(read_parquet(path, "write it again"))
    table.index = pd.RangeIndex(2, len(table) + 2)
    return table


def as_text(table: pd.DataFrame) -> pd.DataFrame:
    """Spell every cell as text, a missing one as nothing."""
    text = table.astype(object).where(table.notna(), "").map(str).astype("str")
    text.columns = [str(name) for name in table.columns]
    return text


def _read_csv(path: Path) -> pd.DataFrame:
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            header = next(csv.reader(text), [])
        _check_header(path, header)
        plain = _plain_rows(path, header) if len(header) > 1 and all(header) else None
        return _rows(path, header) if plain is None else plain
    except UnicodeDecodeError as fault:
        raise TableError(f"{path}: not UTF-8 (byte {fault.start}: {fault.reason}); save it as UTF-8") from fault
    except (pd.errors.ParserError, csv.Error) as fault:
        raise TableError(f"{path}: not a CSV table ({fault}); save it as comma-separated UTF-8") from fault


def _check_header(path: Path, header: list[str]) -> None:
    if not header:
        raise TableError(f"{path}: empty; expected a header line and a line per customer")
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        raise TableError(f"{path}: its fields are not separated by commas; save it as comma-separated UTF-8")
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise TableError(f"{path}: column {twice[0]!r} occurs twice; keep one")


def _plain_rows(path: Path, header: list[str]) -> pd.DataFrame | None:
    """Read a table in which nothing is quoted and all lines are even, three times as fast; None if it is not so plain.

    The two readers disagree on quotes that never end, on NUL and on carriage returns alone: none of them is here.
    """
    from pyarrow import ArrowInvalid, csv, large_string

    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held:
        if held.find(b'"') >= 0 or held.find(b"\0") >= 0 or re.search(rb"\r(?!\n)", held):
            return None
    read = csv.ReadOptions(column_names=header, skip_rows=1)
    convert = csv.ConvertOptions(column_types=dict.fromkeys(header, large_string()), strings_can_be_null=False)
    try:
        rows: pd.DataFrame = csv.read_csv(path, read_options=read, convert_options=convert).to_pandas()
    except ArrowInvalid:
        return None
    return rows


def _rows(path: Path, header: list[str]) -> pd.DataFrame:
    options: dict[str, Any] = {"dtype": "str", "keep_default_na": False, "encoding": "utf-8-sig", "index_col": False}
    try:
        with warnings.catch_warnings(action="error", category=pd.errors.ParserWarning):
            table: pd.DataFrame = pd.read_csv(path, **options)
    except (pd.errors.ParserError, pd.errors.ParserWarning):
        table = _uneven_rows(path, header)
    return table.fillna("")


def _uneven_rows(path: Path, header: list[str]) -> pd.DataFrame:
    """Read a table some of whose lines have more fields than its header, slowly."""
    width = len(header)
    with path.open(encoding="utf-8-sig", newline="") as text:
        lines = [line for line in csv.reader(text, strict=True) if line][1:]
    cells = [[*line[:width], *[""] * (width - len(line)), ",".join(line[width:])] for line in lines]
    return pd.DataFrame(cells, columns=[*header, ""], dtype="str")
