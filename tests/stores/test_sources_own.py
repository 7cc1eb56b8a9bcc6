import hashlib
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from churn.errors import ParamsError, SourceError, TableError
from churn.params.ingest import Ingest
from churn.stores.raw_table import read_raw
from churn.stores.sources.fetch import fetch

NEVER = {"kind": "https", "at": "http://127.0.0.1:9/never.csv", "sha256": "0" * 64}


def own(uri, **keys):
    return Ingest(**{"sources": [NEVER], "uri": str(uri), "query": None, "sha256": None, "timeout_seconds": 5} | keys)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "raw" / "table.csv"


def cells(path):
    return read_raw(path).to_dict("list")


@pytest.mark.parametrize("name", ["table.csv", "TABLE.CSV"])
def test_a_csv_stays_as_it_is(tmp_path, out, name):
    content = '\ufeffid,note,n\r\n007,"a, ""b""\nc",1.50\r\n008,é,1,surplus\r\n'.encode()
    (tmp_path / name).write_bytes(content)
    told = fetch(own(tmp_path / name, sha256=hashlib.sha256(content).hexdigest()), out)
    assert told == str(tmp_path / name)
    assert out.read_bytes() == content


def test_parquet_cells_survive(tmp_path, out):
    columns = {
        "id": ["007", None],
        "months": [1.0, None],
        "long": pd.array([2**53 + 1, None], dtype="Int64"),
        "bill": np.array([29.85, 20], dtype="float32"),
        "total": [29.85, 1e300],
        "fee": [Decimal("20.00"), None],
        "plan": pd.Categorical(["a", "b"]),
    }
    pd.DataFrame(columns).to_parquet(tmp_path / "table.parquet")
    fetch(own(tmp_path / "table.parquet"), out)
    assert cells(out) == {
        "id": ["007", ""],
        "months": ["1", ""],
        "long": ["9007199254740993", ""],
        "bill": ["29.85", "20.0"],
        "total": ["29.85", "1e+300"],
        "fee": ["20.00", ""],
        "plan": ["a", "b"],
    }


@pytest.mark.parametrize("ending", [".jsonl", ".ndjson"])
def test_json_cells_survive(tmp_path, out, ending):
    lines = '{"id": "007", "n": 1, "x": 20.10}\n\n{"id": "NA", "n": null, "late": 12345678901234567890}\n'
    (tmp_path / f"table{ending}").write_text(lines)
    fetch(own(tmp_path / f"table{ending}"), out)
    assert cells(out) == {
        "id": ["007", "NA"],
        "n": ["1", ""],
        "x": ["20.10", ""],
        "late": ["", "12345678901234567890"],
    }


def test_excel_cells_survive(tmp_path, out):
    rows = {"id": ["007", "NA"], "n": [1, None], "x": [29.85, 20]}
    pd.DataFrame(rows, dtype="object").to_excel(tmp_path / "table.xlsx", index=False)
    fetch(own(tmp_path / "table.xlsx"), out)
    assert cells(out) == {"id": ["007", "NA"], "n": ["1", ""], "x": ["29.85", "20"]}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("t.csv", b"", "empty"),
        ("t.csv", b"id,n\n", "it has no rows"),
        ("t.csv", b"id;n\n1;2\n", "not separated by commas"),
        ("t.csv", b"id,n\n1,\xe9\n", "not UTF-8"),
        ("t.csv", b"id,id\n1,2\n", "'id' occurs twice"),
        ("t.jsonl", b"", "it has no rows"),
        ("t.jsonl", b'{"id": 1}\n{"id":\n', "line 2: Expecting value"),
        ("t.jsonl", b"[1, 2]\n", "line 1: not an object"),
        ("t.jsonl", b'{"id": "\xe9"}\n', "can't decode"),
        ("t.parquet", b"id,n\n1,2\n", "not a whole .parquet table"),
        ("t.parquet", b"", "not a whole .parquet table"),
        ("t.xlsx", b"id,n\n1,2\n", "not a whole .xlsx table"),
    ],
)
def test_a_bad_file_is_named_and_the_old_one_kept(tmp_path, out, name, content, reason):
    out.parent.mkdir()
    out.write_bytes(b"old")
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TableError, match=f"^ingest.uri: {tmp_path / name}: .*{reason}"):
        fetch(own(tmp_path / name), out)
    assert out.read_bytes() == b"old"
    assert len(list(out.parent.iterdir())) == 1


def test_a_parquet_table_without_rows_is_refused(tmp_path, out):
    pd.DataFrame({"id": []}).to_parquet(tmp_path / "t.parquet")
    with pytest.raises(TableError, match="it has no rows"):
        fetch(own(tmp_path / "t.parquet"), out)


def test_a_path_is_filled_from_the_environment(tmp_path, out, monkeypatch):
    (tmp_path / "t.csv").write_text("id\n1\n")
    monkeypatch.setenv("TABLES", str(tmp_path))
    assert fetch(own("${TABLES}/t.csv"), out) == "${TABLES}/t.csv"
    assert cells(out) == {"id": ["1"]}


def test_a_missing_variable_is_named(out):
    with pytest.raises(SourceError, match=r"ingest.uri wants the environment variable NO_SUCH, which is not set"):
        fetch(own("${NO_SUCH}/t.csv"), out)


def test_a_wrong_digest_is_refused(tmp_path, out):
    (tmp_path / "t.csv").write_text("id\n1\n")
    with pytest.raises(SourceError, match=r"t\.csv: its sha256 is .*ingest\.sha256 is not its digest"):
        fetch(own(tmp_path / "t.csv", sha256="0" * 64), out)


def test_a_missing_file_and_the_output_itself_are_refused(tmp_path, out):
    with pytest.raises(SourceError, match="does not exist"):
        fetch(own(tmp_path / "none.csv"), out)
    out.parent.mkdir()
    out.write_text("id\n1\n")
    with pytest.raises(SourceError, match="is where the raw table goes"):
        fetch(own(out), out)


def test_an_unknown_ending_is_refused(tmp_path, out):
    (tmp_path / "t.txt").write_text("id\n1\n")
    with pytest.raises(SourceError, match=r"ending '\.txt' is unknown"):
        fetch(own(tmp_path / "t.txt"), out)


def test_a_query_wants_a_database(tmp_path, out):
    with pytest.raises(ParamsError, match=r"set ingest\.query to null"):
        fetch(own(tmp_path / "t.csv", query="select 1"), out)
