"""A file of customers, scored: the same answers as one by one, in the form in which it came."""

import csv
import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import models
from churn import contract
from churn.scoring.engine import Engine
from churn.scoring.files import forms, source
from customers import invent
from filed import ENDINGS, expected, read, rejects, same, save, scored, write


@pytest.fixture(scope="module")
def engine():
    return Engine(models.model().model, 3)


@pytest.fixture(scope="module")
def boosting():
    return Engine(models.grown("boosting").model, 4)


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_row_of_the_real_table_is_answered_as_alone(tmp_path, telco_raw, engine, ending):
    path = write(telco_raw, tmp_path / f"in{ending}")
    tally, out, left = scored(path, engine)
    same(out, expected(telco_raw, engine))
    assert (tally.rows, tally.rejected) == (7043, 0)
    assert not left.exists()
    rows = read(out)
    assert rows.column_names[: len(telco_raw.columns)] == list(telco_raw.columns)
    assert rows[contract.ID].to_pylist() == telco_raw[contract.ID].tolist()
    assert rows["prediction_id"].to_pylist()[::1000] == [f"{'f' * 28}.{n}" for n in range(0, 7043, 1000)]
    assert set(rows["model_version"].to_pylist()) == {3}


def test_trees_are_answered_as_alone(tmp_path, telco_raw, boosting):
    some = telco_raw.head(500)
    _, out, _ = scored(write(some, tmp_path / "in.parquet"), boosting)
    same(out, expected(some, boosting))


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_columns_keep_their_types_and_cells(tmp_path, raw, engine, ending):
    path = write(raw, tmp_path / f"in{ending}")
    _, out, _ = scored(path, engine)
    before, after = read(path), read(out)
    assert after.select(before.column_names).cast(before.schema).equals(before)
    assert [after.schema.field(name).type for name in before.column_names] == before.schema.types


@pytest.mark.parametrize("ending", ENDINGS)
def test_one_bad_row_among_thousands_is_rejected_and_the_rest_scored(tmp_path, engine, ending):
    table = invent(5000)
    table.loc[3333 + 2, "Contract"] = "Three year"
    tally, out, left = scored(write(table, tmp_path / f"in{ending}"), engine)
    assert (tally.rows, tally.rejected) == (4999, 1)
    assert tally.refused == {("Contract", "is one of 'Month-to-month', 'One year', 'Two year'"): 1}
    same(out, expected(table.drop(index=3335), engine))
    assert read(out)["prediction_id"].to_pylist()[3332:3334] == [f"{'f' * 28}.3332", f"{'f' * 28}.3334"]
    (line,) = rejects(left)
    assert (line["row"], line["column"], line["value"]) == ("3333", "Contract", "Three year")
    assert line[contract.ID] == "3333-TEST"
    assert line["gender"] == table.loc[3335, "gender"]


def test_dictionaries_that_change_from_batch_to_batch_are_followed(tmp_path, engine):
    table = invent(3000)
    rows = pa.Table.from_pandas(table, preserve_index=False)
    coded = pa.chunked_array(
        [rows["Contract"].chunk(0).slice(at, 500).dictionary_encode() for at in range(0, 3000, 500)]
    )
    rows = rows.set_column(rows.schema.get_field_index("Contract"), "Contract", coded)
    for ending in (".arrows", ".parquet"):
        save(rows, tmp_path / f"in{ending}")
        _, out, _ = scored(tmp_path / f"in{ending}", engine)
        same(out, expected(table, engine))


def test_a_file_without_ids_and_in_another_order_is_scored_alike(tmp_path, raw, engine):
    shuffled = raw[sorted(raw.columns, key=str.lower, reverse=True)].drop(columns=contract.ID)
    _, out, _ = scored(write(shuffled, tmp_path / "in.csv"), engine)
    same(out, expected(raw, engine))


def test_a_mark_at_the_start_and_other_line_ends_change_nothing(tmp_path, raw, engine):
    path = tmp_path / "in.csv"
    path.write_bytes(b"\xef\xbb\xbf" + raw.to_csv(index=False, lineterminator="\r\n").encode() + b"\r\n\r\n")
    tally, out, _ = scored(path, engine)
    assert tally.rows == len(raw)
    same(out, expected(raw, engine))


def test_quoted_commas_quotes_and_lines_come_back_as_they_were(tmp_path, engine):
    table = invent(5).assign(note=["a,b", 'say "no"', "two\nlines", "", "plain"])
    tally, out, _ = scored(write(table, tmp_path / "in.csv"), engine, ("note",))
    assert tally.rows == 5
    with out.open(newline="") as lines:
        assert [row["note"] for row in csv.DictReader(lines)] == table["note"].tolist()


def test_the_digests_are_those_of_the_files(tmp_path, raw, engine):
    for ending in ENDINGS:
        path = write(raw, tmp_path / f"in{ending}")
        tally, out, _ = scored(path, engine)
        assert tally.input_digest == hashlib.sha256(path.read_bytes()).hexdigest()
        assert tally.output_digest == hashlib.sha256(out.read_bytes()).hexdigest()


def test_the_tally_is_the_sum_of_the_answers(tmp_path, raw, engine):
    tally, out, _ = scored(write(raw, tmp_path / "in.parquet"), engine)
    rows = read(out).to_pandas()
    assert tally.flagged == rows["churn"].sum()
    assert tally.offers == rows["offer"].sum()
    assert tally.expected_value == pytest.approx(rows.loc[rows["offer"], "expected_value"].sum())
    assert {name: count for name, count in tally.tiers.items() if count} == rows["risk_tier"].value_counts().to_dict()


def test_many_blocks_are_one_file(tmp_path, engine):
    """Rows beyond one block, and beyond one row group of the answers, keep their order."""
    table = pd.concat([invent(10_000)] * 30, ignore_index=True)
    table[contract.ID] = [f"c{number}" for number in range(len(table))]
    tally, out, _ = scored(write(table, tmp_path / "in.parquet"), engine)
    rows = pq.read_table(out)
    assert tally.rows == 300_000
    assert rows[contract.ID].to_pylist() == table[contract.ID].tolist()
    assert rows["prediction_id"].to_pylist() == [f"{'f' * 28}.{n}" for n in range(300_000)]
    probabilities = np.asarray(rows["churn_probability"]).reshape(30, 10_000)
    assert (probabilities == probabilities[0]).all()
    assert pq.ParquetFile(out).num_row_groups > 1


def test_a_reader_is_closed_when_its_caller_stops(tmp_path, raw):
    path = write(raw, tmp_path / "in.arrows")
    with source.opened(path, forms.STREAM, "x") as found:
        next(iter(found.blocks()))
        assert held(path)
    assert not held(path)


def held(path):
    """Tell whether this process has a file open, or mapped into its memory."""
    links = (str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.is_symlink())
    return str(path) in links or str(path) in Path("/proc/self/maps").read_text()


PROBE = """
import sys
from pathlib import Path
from pathlib import Path
from churn.scoring.engine import Engine
from churn.scoring.files import forms
from churn.scoring.files.score import Job, score
engine = Engine(Path(sys.argv[1]).read_bytes(), 1)
for name in sys.argv[2:]:
    path = Path(name)
    out = path.with_name("probe" + path.suffix)
    score(Job(name, path, forms.of_file(path), out, path.with_name("probe.rejects"), "f" * 28), engine)
print(sorted({"pandas", "sklearn", "mlflow", "evidently", "shap"} & set(sys.modules)))
"""


def test_scoring_files_imports_no_table_library(tmp_path):
    """An API worker scores files too; pyarrow would fetch pandas at the first Python value it meets."""
    (tmp_path / "model.onnx").write_bytes(models.model().model)
    table = invent(300)
    table.loc[50, "tenure"] = "many"
    table.loc[51, "Partner"] = ""
    table.loc[52, "customerID"] = "ü"
    paths = [write(table, tmp_path / f"in{ending}") for ending in ENDINGS]
    (tmp_path / "ragged.csv").write_bytes(paths[0].read_bytes() + b"short,line\n")
    told = subprocess.run(
        [sys.executable, "-c", PROBE, tmp_path / "model.onnx", *paths, tmp_path / "ragged.csv"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.stdout.strip() == "[]", told.stdout + told.stderr
