"""A table's files looked at by the workers before and after a row is scored: header, types, rows, sha256."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import types

from churn.errors import TableError
from churn.scoring.files import digests, folder, forms, source

if TYPE_CHECKING:
    from pyspark import SparkContext

Kinds = dict[str, str]
"""Columns and their types, as text."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the table; `fault` says why it cannot be scored."""

    path: Path
    rows: int = 0
    sha256: str = ""
    kinds: Kinds | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """The table: its files in order, and its digest."""

    parts: Sequence[Part]
    digest: str

    @property
    def rows(self) -> int:
        """Count the rows of all files."""
        return sum(part.rows for part in self.parts)

    @property
    def starts(self) -> list[tuple[Path, int]]:
        """Give each file with the number of its first row in the table."""
        before = accumulate((part.rows for part in self.parts), initial=0)
        return [(part.path, start) for part, start in zip(self.parts, before, strict=False)]


def survey(context: "SparkContext", path: Path, ignore: tuple[str, ...] = (), *, unread: bool = False) -> Survey:
    """Have every file of a table looked at, each by one worker. Raises TableError where one cannot be scored."""
    files = folder.files(path)
    if not files:
        raise TableError(f"{path}: no Parquet file in it; expected a row per customer")
    parts = context.parallelize(files, len(files)).map(partial(_look, ignore, unread)).collect()
    for part in parts:
        if part.fault:
            raise TableError(part.fault)
        if not unread:
            _refuse_unlike(parts[0], part)
    return Survey(parts, folder.digest(path, [(part.path, part.sha256) for part in parts]))


def _look(ignore: tuple[str, ...], unread: bool, path: Path) -> Part:
    """Look at a file, on a worker."""
    try:
        with (
            source.opened(path, forms.PARQUET, str(path), ignore, unread=unread) as found,
            digests.digesting(path) as digest,
        ):
            kinds = {one.name: str(_kind(one.type)) for one in found.declared}
        return Part(path, found.rows, digest.result().sha256, kinds)
    except TableError as fault:
        return Part(path, fault=str(fault))
    except OSError as fault:
        return Part(path, fault=f"{path}: {socket.gethostname()} cannot read it ({fault.strerror}); "
                    "a cluster's machines must all see it under this path")  # fmt: skip


def _refuse_unlike(first: Part, part: Part) -> None:
    """Raise TableError for a file whose columns are not the first one's: Spark would read nothing where they lack."""
    one, other = first.kinds or {}, part.kinds or {}
    if one == other:
        return
    name = next(name for name in sorted({*one, *other}) if one.get(name) != other.get(name))
    said = [f"{kinds.get(name, 'nothing')} in {of.path.name}" for of, kinds in ((first, one), (part, other))]
    raise TableError(f"{part.path}: column {name!r} is {' and '.join(said)}; save a folder's files alike")


def _kind(kind: pa.DataType) -> pa.DataType:
    """Give what a Parquet column holds: whether a reader sees it as codes, or as large text, is no difference."""
    plain = kind.value_type if types.is_dictionary(kind) else kind
    return pa.string() if types.is_large_string(plain) or types.is_string_view(plain) else plain
