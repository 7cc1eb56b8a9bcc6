"""Files of customers in every form: written, scored, and read again, for tests."""

import csv
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import csv as arrow_csv

from churn import columns, contract
from churn.scoring import record
from churn.scoring.engine import Engine
from churn.scoring.files import forms
from churn.scoring.files.score import Job, score

ENDINGS = [".csv", ".parquet", ".arrow", ".arrows"]


def write(table: pd.DataFrame, path: Path, **types: pa.DataType) -> Path:
    """Write a table of text in the form that the path's ending tells; numbers as numbers where there can be some."""
    if path.suffix == ".csv":
        path.write_bytes(table.to_csv(index=False).encode())
        return path
    numbers = [name for name in columns.names("number", "flag") if name in table]
    typed = table.assign(**{name: pd.to_numeric(table[name], errors="coerce") for name in numbers})
    rows = pa.Table.from_pandas(typed, preserve_index=False)
    for name, kind in types.items():
        rows = rows.set_column(rows.schema.get_field_index(name), name, rows[name].cast(kind))
    save(rows, path)
    return path


def save(rows: pa.Table, path: Path) -> None:
    if path.suffix == ".parquet":
        pq.write_table(rows, path, row_group_size=1000)
        return
    with (pa.ipc.new_file if path.suffix == ".arrow" else pa.ipc.new_stream)(path, rows.schema) as writer:
        writer.write_table(rows, max_chunksize=1000)


def read(path: Path) -> pa.Table:
    if path.suffix == ".csv":
        return arrow_csv.read_csv(path, convert_options=arrow_csv.ConvertOptions(strings_can_be_null=False))
    if path.suffix == ".parquet":
        return pq.read_table(path)
    with pa.memory_map(str(path)) as content:
        return (pa.ipc.open_file if path.suffix == ".arrow" else pa.ipc.open_stream)(content).read_all()


def scored(path: Path, engine: Engine, ignore: tuple[str, ...] = ()):
    out = path.with_name(f"out{path.suffix}")
    job = Job(path.name, path, forms.of_file(path), out, path.with_name("rejects.csv"), "f" * 28, ignore)
    return score(job, engine), out, job.rejects


def rejects(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as lines:
        return list(csv.DictReader(lines))


def expected(table: pd.DataFrame, engine: Engine) -> list[dict]:
    """Ask the engine one customer after another, as the service does."""
    wanted = [*columns.names(), contract.ID]
    return [engine.answer(record.check(row)) for row in table[wanted].to_dict("records")]


def same(out: Path, answers: list[dict]) -> None:
    rows = read(out).to_pylist()
    assert len(rows) == len(answers)
    for row, answer in zip(rows, answers, strict=True):
        assert row["churn_probability"] == pytest.approx(answer["churn_probability"], abs=1e-12)
        assert row["expected_value"] == pytest.approx(answer["expected_value"], abs=1e-9)
        assert [row[name] for name in ("churn", "offer", "risk_tier")] == [
            answer[name] for name in ("churn", "offer", "risk_tier")
        ]
