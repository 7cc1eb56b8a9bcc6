"""A file of customers as blocks of rows, whatever its form."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet

from churn import columns
from churn.errors import TableError
from churn.scoring.files import arrays, csv_source, forms, header
from churn.scoring.files.csv_source import Lines, Ragged
from churn.scoring.files.forms import Form

ROWS = 65_536
CONTINUED = b"\xff\xff\xff\xff"
"""How an Arrow stream begins."""
BUFFER = 1 << 20
"""Bytes of a Parquet column read at once, so that a file of one row group fits in memory too."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows as they arrived; `index`, shape (n,), counts them from 0 through the whole file."""

    batch: pa.RecordBatch
    index: NDArray[np.int64]
    ragged: list[Ragged] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Source:
    """An open file.

    Attributes
    ----------
    declared : the types as the file spells them.
    schema : the types as its rows come: text of categories as codes where that costs nothing.
    rows : how many there are; a guess for CSV, 0 where nobody knows.
    """

    name: str
    form: Form
    declared: pa.Schema
    schema: pa.Schema
    rows: int
    batches: Iterator[pa.RecordBatch]
    lines: Lines | None = None

    def blocks(self) -> Iterator[Block]:
        """Read the rows, block by block. Raises TableError where the file is torn."""
        with plain_words(self.name):
            yield from self._lines(self.lines) if self.lines else self._rows()

    def _rows(self) -> Iterator[Block]:
        start = 0
        for batch in self.batches:
            for at in range(0, batch.num_rows, ROWS):
                part = batch.slice(at, ROWS)
                yield Block(part, np.arange(start, start + part.num_rows, dtype=np.int64))
                start += part.num_rows

    def _lines(self, lines: Lines) -> Iterator[Block]:
        for batch in self.batches:
            index, ragged = lines.place(batch.num_rows)
            yield Block(batch, index, ragged)
        if lines.ragged:
            yield Block(arrays.empty(self.schema), np.empty(0, np.int64), list(lines.ragged))


@contextmanager
def opened(
    path: Path, form: Form, name: str, ignore: tuple[str, ...] = (), *, unread: bool = False
) -> Iterator[Source]:
    """Open a file whose header keeps the contract, or with `unread` any; `name` is what messages call it.

    Raises TableError.
    """
    with path.open("rb") as content:
        with plain_words(name):
            source = OPENERS[form.name](path, content, name)
        if not unread:
            header.refuse_names(source.declared.names, name, ignore)
            header.refuse_types(source.schema, name)
        yield source


@contextmanager
def plain_words(name: str) -> Iterator[None]:
    """Say what a reader's library found in words of ours. Raises TableError."""
    try:
        yield
    except MemoryError as fault:  # what a torn file says of its lengths is believed until then
        said = "torn and not a whole table, or its cells are too large to score"
        raise TableError(f"{name}: {said}; save it again, or send several") from fault
    except (pa.ArrowException, EOFError, UnicodeDecodeError) as fault:
        said = str(fault).partition("\n")[0]
        if "UTF8" in said or isinstance(fault, UnicodeDecodeError):
            raise TableError(f"{name}: not UTF-8 ({said}); save it as UTF-8") from fault
        raise TableError(f"{name}: not a whole table of its form ({said}); save it again") from fault
    except OSError as fault:
        if fault.errno is not None:
            raise
        raise TableError(f"{name}: not a whole table of its form ({fault}); save it again") from fault


def _csv(path: Path, content: BinaryIO, name: str) -> Source:
    names = csv_source.header(content, name)
    if len(set(names)) < len(names):
        header.refuse_names(names, name)
    lines = csv_source.lines(path, names)
    kind = lines.reader.schema
    return Source(name, forms.CSV, kind, kind, csv_source.about(path), iter(lines.reader), lines)


def _parquet(path: Path, content: BinaryIO, name: str) -> Source:
    del content  # a file that pyarrow opens itself is read without a thought for Python's lock
    declared = parquet.ParquetFile(path).schema_arrow
    coded = [one for one in columns.names("category") if one in declared.names]
    reader = parquet.ParquetFile(path, read_dictionary=coded, pre_buffer=False, buffer_size=BUFFER)
    batches = reader.iter_batches(batch_size=ROWS)
    return Source(name, forms.PARQUET, declared, reader.schema_arrow, reader.metadata.num_rows, batches)


def _arrow(path: Path, content: BinaryIO, name: str) -> Source:
    del path
    reader = pa.ipc.open_file(content)
    batches = (reader.get_batch(number) for number in range(reader.num_record_batches))
    return _plain(name, forms.ARROW, reader.schema, batches)


def _stream(path: Path, content: BinaryIO, name: str) -> Source:
    del path
    if content.read(len(CONTINUED)) != CONTINUED:  # what is no stream would be taken for the length of one
        raise TableError(f"{name}: not an Arrow stream; save it again")
    content.seek(0)
    reader = pa.ipc.open_stream(content)
    return _plain(name, forms.STREAM, reader.schema, iter(reader))


def _plain(name: str, form: Form, found: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Source:
    kinds = pa.schema([one.with_type(arrays.plain_kind(one.type)) for one in found], found.metadata)
    if kinds != found:
        batches = (pa.RecordBatch.from_arrays([*map(arrays.plain, one.columns)], schema=kinds) for one in batches)
    return Source(name, form, kinds, kinds, 0, batches)


OPENERS = {"csv": _csv, "parquet": _parquet, "arrow": _arrow, "arrow stream": _stream}
