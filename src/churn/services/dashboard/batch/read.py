"""An uploaded file as blocks of rows, or in words why it is none."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from churn import columns, contract
from churn.errors import TableError
from churn.scoring.files import forms, header, source
from churn.scoring.files.source import Source
from churn.services.dashboard.batch import workbook

ENDINGS = ["csv", "parquet", "xlsx"]
MOST_MB = 100
MOST_ROWS = 200_000
LARGER = "score larger files on the command line, where they are streamed: churn score FILE ANSWERS"


@dataclass(frozen=True)
class Upload:
    """A file as it was sent; of a workbook, one sheet."""

    name: str
    content: bytes = field(repr=False)
    sheet: str | None = None

    @cached_property
    def digest(self) -> str:
        """Digest what would be scored (sha256, hexadecimal)."""
        return hashlib.sha256(self.content + b"\0" + (self.sheet or "").encode()).hexdigest()

    @property
    def called(self) -> str:
        """Say how messages call it."""
        return f"{self.name}, sheet {self.sheet!r}" if self.sheet else self.name


@contextmanager
def opened(upload: Upload) -> Iterator[Source]:
    """Open an upload that can be read to its end, all columns of the contract in it. Raises TableError."""
    if not upload.content:
        raise TableError(f"{upload.name}: empty; expected a header line and a line per customer")
    with TemporaryDirectory(prefix="churn-upload-") as folder:
        path = Path(folder) / f"table{'.csv' if upload.sheet else Path(upload.name).suffix.lower()}"
        if upload.sheet:
            workbook.to_csv(upload.content, upload.name, upload.sheet, path, MOST_ROWS)
        else:
            path.write_bytes(upload.content)
        with source.opened(path, forms.of_file(path), upload.called, unread=True) as found:
            _held(found, upload.called)
            rows = _counted(found)
        with source.opened(path, forms.of_file(path), upload.called, unread=True) as found:
            yield replace(found, rows=rows)


def unread(names: list[str]) -> list[str]:
    """Name the columns that are not the contract's: they come back as they are, and nothing reads them."""
    return [name for name in names if name not in {*columns.names(), contract.ID}]


def _held(found: Source, name: str) -> None:
    """Raise TableError unless all columns are there, of types that can hold what they say, and not too many rows."""
    names = found.declared.names
    missing = [one for one in columns.names() if one not in names]
    header.refuse_names(names, name, () if missing else unread(names))
    header.refuse_types(found.schema, name)
    if found.form is forms.PARQUET and found.rows > MOST_ROWS:
        raise TableError(f"{name}: {found.rows:,} rows are more than the {MOST_ROWS:,} of this page; {LARGER}")


def _counted(found: Source) -> int:
    """Count the rows that can be sent. Raises TableError: a file torn or too long at its end is so before any is."""
    rows = ragged = 0
    for block in found.blocks():
        rows, ragged = rows + len(block.index), ragged + len(block.ragged)
        if rows + ragged > MOST_ROWS:
            raise TableError(f"{found.name}: more rows than the {MOST_ROWS:,} of this page; {LARGER}")
    return rows
