"""Files of answers, written block by block in the form in which the customers came."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pyarrow as pa
from pyarrow import csv, ipc, parquet

from churn import columns, contract
from churn.scoring.files.answers import FIELDS
from churn.scoring.files.arrays import empty
from churn.scoring.files.source import Source

GROUP = 2 * 65_536
"""Rows of a Parquet row group."""


class Sink(Protocol):
    """A file being written."""

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows."""

    def close(self) -> None:
        """Add what the form wants at its end."""


@contextmanager
def opened(path: Path, source: Source) -> Iterator[Sink]:
    """Open a file of answers for what comes from `source`, as Arrow's own file: no write waits for Python's lock."""
    with pa.OSFile(str(path), "wb") as file:
        yield SINKS[source.form.name](file, source)


def schema(source: Source) -> pa.Schema:
    """Give the columns as they come, with the answers beside them."""
    return pa.schema([*source.schema, *FIELDS], source.schema.metadata)


class _Csv:
    def __init__(self, file: pa.NativeFile, source: Source) -> None:
        self._file, self._head = file, empty(schema(source))
        self._put(self._head, header=True)

    def write(self, batch: pa.RecordBatch) -> None:
        self._put(batch, header=False)

    def close(self) -> None:
        self._file.flush()

    def _put(self, rows: pa.RecordBatch | pa.Table, *, header: bool) -> None:
        """Quote only blocks that need it; pyarrow quotes every text or none."""
        for quoting in ("none", "needed"):
            content = pa.BufferOutputStream()
            options = csv.WriteOptions(include_header=header, quoting_style=quoting, quoting_header=quoting)
            try:
                csv.write_csv(rows, content, options)
            except pa.ArrowInvalid:
                if quoting == "needed":
                    raise
                continue
            self._file.write(content.getvalue())
            return


class _Parquet:
    def __init__(self, file: pa.NativeFile, source: Source) -> None:
        self._rows, self._waiting = 0, list[pa.RecordBatch]()
        blank = {one.column for one in contract.BLANKS}
        never = {*columns.names(), contract.ID} - blank  # a row that lacks one of these is not scored
        self._schema = pa.schema([one.with_nullable(one.nullable and one.name not in never) for one in schema(source)])
        named = columns.names("category")
        coded = [one.name for one in source.schema if pa.types.is_dictionary(one.type) or one.name in named]
        numbers = [one for one in columns.names("number", "flag") if one in source.schema.names]
        self._writer = parquet.ParquetWriter(
            file, self._schema, store_schema=False, write_batch_size=65_536,
            use_dictionary=[*coded, *numbers, "risk_tier"],
            write_statistics=[one for one in self._schema.names if one not in {*coded, contract.ID, "prediction_id"}],
        )  # fmt: skip
        self._writer.add_key_value_metadata(_declared(source))

    def write(self, batch: pa.RecordBatch) -> None:
        self._waiting.append(batch)
        self._rows += batch.num_rows
        if self._rows >= GROUP:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            rows = pa.Table.from_batches(self._waiting).unify_dictionaries().cast(self._schema)
            self._writer.write_table(rows, row_group_size=GROUP * 2)
        self._waiting, self._rows = [], 0


class _Arrow:
    def __init__(self, writer: ipc.RecordBatchStreamWriter) -> None:
        self._writer = writer

    def write(self, batch: pa.RecordBatch) -> None:
        if batch.num_rows:
            self._writer.write_batch(batch)

    def close(self) -> None:
        self._writer.close()


def _declared(source: Source) -> dict[bytes, bytes]:
    """Spell the types of the file itself, so that text read as codes is text again for whoever reads the answers."""
    fields = [
        *source.declared,
        *(one if one.name != "risk_tier" else pa.field("risk_tier", pa.string()) for one in FIELDS),
    ]
    spelt = pa.schema(fields, source.declared.metadata)
    return {**(spelt.metadata or {}), b"ARROW:schema": base64.b64encode(spelt.serialize())}


def _file(file: pa.NativeFile, source: Source) -> Sink:
    options = ipc.IpcWriteOptions(emit_dictionary_deltas=True)
    return _Arrow(ipc.new_file(file, schema(source), options=options))


def _stream(file: pa.NativeFile, source: Source) -> Sink:
    return _Arrow(ipc.new_stream(file, schema(source)))


SINKS: dict[str, Callable[[pa.NativeFile, Source], Sink]] = {
    "csv": _Csv, "parquet": _Parquet, "arrow": _file, "arrow stream": _stream,
}  # fmt: skip
