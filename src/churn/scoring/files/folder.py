"""A folder of Parquet files as one table: its files in one order, its rows counted through them, its digest."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from pyarrow import parquet

from churn.errors import TableError
from churn.scoring.files.forms import PARQUET

HIDDEN = ("_", ".")
"""How names begin that are no part of the table: a writer's marks and check sums."""


def files(path: Path) -> list[Path]:
    """List a folder's files by their names, or the one file. Raises TableError for a file that is no Parquet."""
    if not path.is_dir():
        return [path]
    inside = [one for one in path.rglob("*") if not _hidden(one.relative_to(path))]
    found = [one for one in inside if one.is_symlink() or not one.is_dir()]  # a link to a folder is not followed
    strange = sorted(one for one in found if one.suffix.lower() not in PARQUET.endings or not one.is_file())
    if strange:
        raise TableError(f"{strange[0]}: not a Parquet file; keep only Parquet files in {path}")
    return sorted(found, key=lambda one: one.relative_to(path).as_posix())


def digest(path: Path, digests: Iterable[tuple[Path, str]]) -> str:
    """Digest a table from its files' sha256: that of the lines that `sha256sum` prints; a lone file's is its own."""
    found = list(digests)
    if not path.is_dir():
        return found[0][1]
    lines = "".join(f"{one}  {file.relative_to(path).as_posix()}\n" for file, one in found)
    return hashlib.sha256(lines.encode()).hexdigest()


def stamps(path: Path) -> list[tuple[Path, int, int]]:
    """Give each file with its size and the time of its last change: a table that is written to shows it here."""
    return [(one, one.stat().st_size, one.stat().st_mtime_ns) for one in files(path)]


def place(path: Path, row: int) -> tuple[Path, int]:
    """Find the file in which a table's row stands, and its place there, both counted from 0. Raises TableError."""
    if not path.is_dir():
        return path, row
    before = 0
    for file in files(path):
        rows = parquet.read_metadata(file).num_rows
        if row < before + rows:
            return file, row - before
        before += rows
    raise TableError(f"{path}: it has no row {row}; its {before:,} rows count from 0")


def _hidden(path: Path) -> bool:
    return any(part.startswith(HIDDEN) for part in path.parts)
