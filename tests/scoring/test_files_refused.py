"""Files that are torn, ragged, or of other columns: said precisely, nothing lost in silence."""

import pandas as pd
import pyarrow as pa
import pytest

import models
from churn import contract
from churn.errors import TableError
from churn.scoring.engine import Engine
from customers import invent
from filed import ENDINGS, read, rejects, save, scored, write


@pytest.fixture(scope="module")
def engine():
    return Engine(models.model().model, 3)


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
