"""Files and folders: read whole or refused, written aside and renamed."""

import csv
import hashlib
import json
import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pandas as pd
import yaml

from churn.errors import TableError

BATCH = re.compile(r"^\d{4}-\d{2}-\d{2}-.+\.(csv|parquet)$")


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """Give a path beside `path` to write to; it takes the place of `path` only when the block ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
    try:
        yield draft
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(path)
    except OSError as fault:
        raise type(fault)(fault.errno, fault.strerror, str(path)) from fault
    finally:
        draft.unlink(missing_ok=True)


def write_bytes(content: bytes, path: Path) -> None:
    """Write a file whole."""
    with aside(path) as draft:
        draft.write_bytes(content)


def write_json(content: Any, path: Path) -> None:
    """Write JSON that is the same, byte for byte, for the same content."""
    write_bytes((json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode(), path)


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV or Parquet, by the ending of `path`."""
    with aside(path) as draft:
        if path.suffix == ".csv":
            table.to_csv(draft, index=False, lineterminator="\n")
        else:
            table.to_parquet(draft, index=False)


def write_tables(tables: dict[Path, pd.DataFrame]) -> None:
    """Write each table to its path."""
    for path, table in tables.items():
        write_table(table, path)


def read_json(path: Path) -> Any:
    """Read a JSON file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as fault:
        raise TableError(f"{path}: not JSON ({fault}); delete it and run `dvc repro`") from fault


def read_yaml(path: Path) -> Any:
    """Read a YAML file."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise TableError(f"{path}: not YAML ({fault})") from fault


def read_json_if_any(path: Path) -> Any:
    """Read a JSON file, or give None where there is none."""
    return read_json(path) if path.exists() else None


def read_typed(path: Path) -> pd.DataFrame:
    """Read a Parquet table that an earlier stage wrote."""
    return _read_parquet(path, "delete it and run `dvc repro`")


def read_together(paths: list[Path]) -> pd.DataFrame:
    """Read Parquet tables of the same columns as one."""
    return pd.concat(map(read_typed, paths), ignore_index=True)


def read_raw(path: Path) -> pd.DataFrame:
    """Read a table as it arrived: every cell a string, a missing one empty.

    The index counts rows from the first line after the header, 2, as an editor shows them. A line with too many
    fields keeps the first ones, and its surplus stands in the column `""`. Raises TableError.
    """
    table = _read_csv(path) if path.suffix.lower() == ".csv" else as_text(_read_parquet(path, "write it again"))
    table.index = pd.RangeIndex(2, len(table) + 2)
    return table


def as_text(table: pd.DataFrame) -> pd.DataFrame:
    """Spell every cell as text, a missing one as nothing."""
    text = table.astype(object).where(table.notna(), "").map(str).astype("str")
    text.columns = [str(name) for name in table.columns]
    return text


def batches(folder: Path) -> list[Path]:
    """List the batches of an inlet, oldest first; raise TableError for a file whose name has no date."""
    found = sorted(path for path in folder.iterdir() if path.suffix != ".dvc" and not path.name.startswith("."))
    for path in found:
        if not BATCH.match(path.name):
            raise TableError(f"{path}: name it <YYYY-MM-DD>-<anything>.csv or .parquet, so that batches have an order")
    return found


def digest(path: Path) -> str:
    """Digest a file (sha256, hexadecimal)."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _read_parquet(path: Path, advice: str) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except (ValueError, TypeError) as fault:
        raise TableError(f"{path}: not a Parquet table ({str(fault).splitlines()[0]}); {advice}") from fault


def _read_csv(path: Path) -> pd.DataFrame:
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            header = next(csv.reader(text), [])
        _check_header(path, header)
        return _rows(path, header)
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
