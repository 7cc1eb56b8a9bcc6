"""A file of customers, scored: the same answers as one by one, every row accounted for."""

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
from pyarrow import csv as arrow_csv

import models
from churn import columns, contract
from churn.errors import TableError
from churn.scoring import record
from churn.scoring.engine import Engine
from churn.scoring.files import forms, source
from churn.scoring.files.score import Job, score
from customers import invent

ENDINGS = [".csv", ".parquet", ".arrow", ".arrows"]


@pytest.fixture(scope="module")
def engine():
    return Engine(models.model().model, 3)


@pytest.fixture(scope="module")
def boosting():
    return Engine(models.grown("boosting").model, 4)


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


BAD = {
    "tenure": ["", "many", "-1", "121", "1.5", "NaN", "inf", "1e999", "0x10", "1_0", "--1"],
    "SeniorCitizen": ["2", "", "yes", "0.5", "true"],
    "MonthlyCharges": ["", "-0.01", "500.01", "12,5", "nan", "-inf", "$5"],
    "TotalCharges": ["", " ", "x"],
    "Partner": ["", "yes", "no", "Maybe", "1"],
    "customerID": ["", " ", "a\tb", "x" * 129],
}
GOOD = {
    "tenure": ["7", "7.0", " 7 ", "+7", "7e0", "007", "120"],
    "SeniorCitizen": ["1", "1.0", " 0"],
    "MonthlyCharges": ["0", "500", "1e2", ".5", "5.", "+1"],
    "Partner": [" Yes ", "No"],
    "customerID": ["ü", "x" * 128, "a b", "0"],
}


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_cells_mean_what_they_mean_to_the_door_for_one_customer(tmp_path, engine, ending):
    """Every odd cell, as text: refused with the same words, or answered with the same number."""
    cases = [(name, cell) for name, cells in (*BAD.items(), *GOOD.items()) for cell in cells]
    table = pd.concat([invent(1).assign(tenure="5", TotalCharges="9")] * len(cases), ignore_index=True)
    for at, (name, cell) in enumerate(cases):
        table.loc[at, name] = cell
    path = tmp_path / f"in{ending}"
    if ending == ".csv":
        path.write_bytes(table.to_csv(index=False).encode())
    else:
        pq.write_table(pa.Table.from_pandas(table, preserve_index=False), path)
    tally, out, left = scored(path, engine)
    lines = {int(line["row"]): line for line in rejects(left)}
    answers = {int(row["prediction_id"].partition(".")[2]): row for row in read(out).to_pylist()}
    wrong = sum(map(len, BAD.values()))
    assert sorted(lines) == list(range(wrong))
    assert (tally.rows, tally.rejected) == (len(cases) - wrong, wrong)
    for at, row in enumerate(table[[*columns.names(), contract.ID]].to_dict("records")):
        if at < wrong:
            with pytest.raises(record.Faults) as told:
                record.check(row)
            (fault,) = told.value.faults
            assert (fault.column, fault.reason) == (lines[at]["column"], lines[at]["reason"])
        else:
            answer = engine.answer(record.check(row))
            assert answers[at]["churn_probability"] == pytest.approx(answer["churn_probability"], abs=1e-12)


def test_missing_cells_of_a_typed_table_are_blanks(tmp_path, engine):
    """Nulls and NaN both; a blank total of a new customer stands for nothing billed, any other is refused."""
    table = invent(4).assign(tenure="0", TotalCharges=" ")
    table.loc[4, "tenure"] = "5"
    rows = pa.Table.from_pandas(
        table.assign(**{name: pd.to_numeric(table[name], errors="coerce") for name in columns.names("number", "flag")}),
        preserve_index=False,
    )
    total = pa.array([None, float("nan"), None, None], pa.float64())
    rows = rows.set_column(rows.schema.get_field_index("TotalCharges"), "TotalCharges", total)
    rows = rows.set_column(rows.schema.get_field_index("Partner"), "Partner", pa.array(["Yes", "No", "No", None]))
    save(rows, tmp_path / "in.parquet")
    tally, _, left = scored(tmp_path / "in.parquet", engine)
    assert tally.rows == 2
    assert [(one["row"], one["column"], one["reason"]) for one in rejects(left)] == [
        ("2", "TotalCharges", "is blank"), ("3", "Partner", "is blank"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "kind", [pa.int8(), pa.int64(), pa.float32(), pa.decimal128(21, 2), pa.string(), pa.large_string()]
)
def test_numbers_may_have_any_type_that_holds_them(tmp_path, raw, engine, kind):
    path = write(raw, tmp_path / "in.parquet", tenure=kind)
    _, out, _ = scored(path, engine)
    same(out, expected(raw, engine))


@pytest.mark.parametrize(
    "kind",
    [
        pa.large_string(),
        pa.string_view(),
        pa.dictionary(pa.int8(), pa.string()),
        pa.dictionary(pa.uint32(), pa.large_string()),
    ],
)
@pytest.mark.parametrize("ending", [".parquet", ".arrow", ".arrows"])
def test_text_may_be_coded_or_not(tmp_path, raw, engine, kind, ending):
    path = write(raw, tmp_path / f"in{ending}", Contract=kind, customerID=pa.large_string())
    _, out, _ = scored(path, engine)
    same(out, expected(raw, engine))


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


def test_ragged_lines_are_rejected_where_they_stand(tmp_path, engine):
    lines = invent(200_000).to_csv(index=False).splitlines()
    lines[101] += ",surplus"
    lines[150_001] = "short,line"
    path = tmp_path / "in.csv"
    path.write_text("\n".join(lines))
    tally, out, left = scored(path, engine)
    assert (tally.rows, tally.rejected) == (199_998, 2)
    found = rejects(left)
    assert [(one["row"], one["column"]) for one in found] == [("100", ""), ("150000", "")]
    assert found[1]["value"] == "short,line"
    rows = read(out)
    assert rows["prediction_id"].to_pylist()[99:101] == [f"{'f' * 28}.99", f"{'f' * 28}.101"]
    assert rows["prediction_id"][-1].as_py().endswith(".199999")
    assert rows[contract.ID][-1].as_py() == "199999-TEST"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n", "empty"),
        (b"a;b;c\n1;2;3\n", "not separated by commas"),
        ("gëndér\n".encode("latin-1"), "not UTF-8"),
        ("gender,a\n".encode("utf-16"), "not UTF-8"),
    ],
)
def test_what_is_no_csv_is_said_so(tmp_path, engine, content, words):
    path = tmp_path / "in.csv"
    path.write_bytes(content)
    with pytest.raises(TableError, match=words):
        scored(path, engine)


def test_a_cell_in_another_encoding_is_said_so(tmp_path, raw, engine):
    path = write(raw, tmp_path / "in.csv")
    path.write_bytes(path.read_bytes().replace(b"0300-TEST", b"0300-T\xe9ST"))
    with pytest.raises(TableError, match="not UTF-8"):
        scored(path, engine)


def test_a_quotation_mark_that_is_never_closed_loses_no_rows_in_silence(tmp_path, raw, engine):
    path = write(raw, tmp_path / "in.csv")
    path.write_bytes(path.read_bytes().replace(b"0590-TEST", b'"0590-TEST'))
    with pytest.raises(TableError, match="never closed"):
        scored(path, engine)


def test_a_table_of_a_header_alone_is_refused(tmp_path, raw, engine):
    for ending in ENDINGS:
        with pytest.raises(TableError, match="no rows"):
            scored(write(raw.head(0), tmp_path / f"in{ending}", **_texts(raw)), engine)


def _texts(raw):
    return {name: pa.string() for name in raw.columns}


@pytest.mark.parametrize("ending", ENDINGS[1:])
def test_a_torn_file_is_refused(tmp_path, raw, engine, ending):
    path = write(raw, tmp_path / f"in{ending}")
    path.write_bytes(path.read_bytes()[: -path.stat().st_size // 3])
    with pytest.raises(TableError, match=r"in\.\w+: not a whole table"):
        scored(path, engine)


def test_a_header_is_told_all_its_faults_at_once(tmp_path, raw, engine):
    table = raw.rename(columns={"tenure": "Tenure", "Contract": "kind"}).assign(region="x", churn="y")
    with pytest.raises(TableError) as told:
        scored(write(table, tmp_path / "in.csv"), engine)
    for words in (
        "column 'tenure' is missing; rename 'Tenure' if that is it", "column 'Contract' is missing\n",
        "column 'region' is not in the contract", "'churn': scoring adds",
    ):  # fmt: skip
        assert words in str(told.value)


def test_two_columns_of_one_name_are_refused(tmp_path, raw, engine):
    path = tmp_path / "in.csv"
    path.write_bytes(pd.concat([raw, raw["tenure"]], axis=1).to_csv(index=False).encode())
    with pytest.raises(TableError, match="column 'tenure' occurs twice"):
        scored(path, engine)


def test_types_that_can_hold_no_value_are_refused_at_once(tmp_path, raw, engine):
    path = tmp_path / "in.parquet"
    rows = pa.Table.from_pandas(raw, preserve_index=False)
    for name in ("Partner", "tenure"):
        rows = rows.set_column(rows.schema.get_field_index(name), name, pa.array([True] * len(raw)))
    save(rows, path)
    with pytest.raises(TableError, match=r"(?s)'Partner' holds bool.*'tenure' holds bool"):
        scored(path, engine)


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
    assert pq.ParquetFile(out).num_row_groups == 2


def test_a_reader_is_closed_when_its_caller_stops(tmp_path, raw):
    path = write(raw, tmp_path / "in.arrows")
    with source.opened(path, forms.STREAM, "x") as found:
        next(iter(found.blocks()))
    path.unlink()


PROBE = """
import sys
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
