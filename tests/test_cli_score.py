"""`churn score` and `churn why`: what a person types, over a real bundle and a real ledger."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import serving
from churn import contract
from churn.cli import app
from customers import invent


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """Give a folder with a bundle, a ledger to be, and customers.csv in it."""
    serving.bundled(tmp_path / "bundle")
    for name, value in serving.environment(tmp_path).items():
        if name.startswith("CHURN_"):
            monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    invent(500).to_csv("customers.csv", index=False)
    return tmp_path


def call(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def records(desk):
    with sqlite3.connect(desk / "ledger.db") as ledger:
        ledger.row_factory = sqlite3.Row
        return [dict(one) for one in ledger.execute("select * from record")]


def test_a_file_is_scored_recorded_and_told_in_a_line(desk):
    done = call("score", "customers.csv", "answers.csv")
    assert done.exit_code == 0, done.output
    (record,) = records(desk)
    for words in ("answers.csv: 500 rows scored, none rejected", "by version 1", f"record {record['id']}"):
        assert words in done.output
    assert (record["door"], record["purpose"], record["rows"]) == ("score", "production", 500)
    assert json.loads(record["origin"])["rows"] == 500
    assert sorted(path.name for path in desk.iterdir() if "rejects" in path.name or "answers" in path.name) == [
        "answers.csv"
    ]


def test_rejected_rows_are_kept_beside_and_counted_in_the_ledger(desk):
    table = invent(500)
    table.loc[12, "tenure"] = "many"
    table.to_csv("customers.csv", index=False)
    done = call("score", "customers.csv", "answers.csv", "--purpose", "what_if")
    assert done.exit_code == 0
    assert "499 rows scored, 1 rejected (see answers.rejects.csv)" in done.output
    assert "10,tenure,many,is a whole number, at least 0 and at most 120" in (
        (desk / "answers.rejects.csv").read_text().replace('"', "")
    )
    with sqlite3.connect(desk / "ledger.db") as ledger:
        assert ledger.execute('select "column", count from refusal').fetchall() == [("tenure", 1)]
    assert records(desk)[0]["purpose"] == "what_if"


def test_without_a_good_row_there_are_rejects_and_no_answers(desk, caplog):
    invent(5).assign(tenure="many").to_csv("customers.csv", index=False)
    assert call("score", "customers.csv", "answers.csv", "--rejects", "left.csv").exit_code == 1
    assert "none of its 5 rows keeps the contract; left.csv says why" in caplog.text
    assert (desk / "left.csv").exists()
    assert not (desk / "answers.csv").exists()
    assert records(desk) == []


def test_no_ledger_means_no_ledger(desk):
    done = call("score", "customers.csv", "answers.csv", "--no-ledger")
    assert done.exit_code == 0
    assert "not in the ledger" in done.output
    assert not (desk / "ledger.db").exists()


def test_what_exists_stays_unless_told_otherwise(desk, caplog):
    (desk / "answers.csv").write_text("mine")
    assert call("score", "customers.csv", "answers.csv").exit_code == 1
    assert "answers.csv: it exists" in caplog.text
    assert (desk / "answers.csv").read_text() == "mine"
    (desk / "answers.rejects.csv").write_text("of an earlier run")
    assert call("score", "customers.csv", "answers.csv", "--force").exit_code == 0
    assert "churn_probability" in (desk / "answers.csv").read_text()
    assert not (desk / "answers.rejects.csv").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nowhere.csv", "o.csv"), "nowhere.csv: no file there"),
        (("customers.csv", "o.parquet"), "o.parquet: answers have the form of the customers; end it in .csv"),
        (("customers.csv", "o.txt"), "its ending '.txt' is unknown"),
        (("customers.csv", "customers.csv", "--force"), "three files"),
        (("customers.csv", "o.csv", "--rejects", "o.csv"), "three files"),
        (("customers.csv", "o.csv", "--purpose", "fun"), "--purpose is one of production, what_if, test"),
        (("empty.csv", "o.csv"), "empty.csv: empty"),
        (("nameless", "o.csv"), "its ending '' is unknown"),
        (("bundle", "o.csv"), "bundle: it is a folder; name a file, or score its Parquet files with --engine spark"),
        (("customers.csv", "o", "--engine", "spark"), "customers.csv: not a Parquet file"),
        (("customers.csv", "o.csv", "--engine", "dask"), "--engine is one of local, spark (found 'dask')"),
        (("customers.csv", "o.csv", "--master", "local"), "--master local is for --engine spark"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_nothing(desk, caplog, words, told):
    (desk / "empty.csv").touch()
    (desk / "nameless").write_text("a")
    before = sorted(desk.iterdir())
    assert call("score", *words).exit_code == 1
    assert told in caplog.text
    assert sorted(desk.iterdir()) == before


def test_an_environment_without_spark_says_how_to_come_by_it(desk, caplog, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    pq.write_table(pa.table({"a": [1]}), desk / "in.parquet")
    assert call("score", "in.parquet", "answers", "--engine", "spark").exit_code == 1
    assert "this Python has no Spark; pip install 'telco-churn[spark]'" in caplog.text
    assert not list(desk.glob("*answers*"))


def test_a_ledger_that_is_away_leaves_no_answers(desk, caplog, monkeypatch):
    monkeypatch.setenv("CHURN_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    assert call("score", "customers.csv", "answers.csv").exit_code == 1
    assert "ledger" in caplog.text
    assert not (desk / "answers.csv").exists()


def test_a_host_without_bundle_asks_the_registry(desk, caplog, monkeypatch):
    monkeypatch.setenv("CHURN_BUNDLE_DIR", str(desk / "none"))
    assert call("score", "customers.csv", "answers.csv").exit_code == 1
    assert "params.yaml" in caplog.text


def test_a_killed_job_leaves_nothing_under_the_name_of_its_answers(desk):
    table = invent(400_000)
    table.to_csv("many.csv", index=False)
    words = [sys.executable, "-m", "churn.cli", "score", "many.csv", "answers.csv"]
    for sent, left in ((signal.SIGKILL, True), (signal.SIGTERM, False), (signal.SIGINT, False)):
        job = subprocess.Popen(words, cwd=desk, env=os.environ | {"OMP_NUM_THREADS": "1"}, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while not list(desk.glob(".answers.csv.*")) and time.monotonic() < until:
            time.sleep(0.005)
        job.send_signal(sent)
        assert job.wait(30) != 0
        assert not (desk / "answers.csv").exists()
        assert bool(list(desk.glob(".answers.csv.*"))) == left
        for draft in desk.glob(".answers.csv.*"):
            draft.unlink()
    assert records(desk) == []


def test_why_tells_all_of_a_row_and_makes_it_again(desk):
    call("score", "customers.csv", "answers.csv")
    (record,) = records(desk)
    done = call("why", f"{record['id']}.7")
    assert done.exit_code == 0, done.output
    for words in (
        "0007-TEST", "door score, purpose production", "version 1, scorecard, run a1b2c3", record["model_digest"],
        "digest data", "git commit", "to the last bit (difference 0)", "churn_probability",
    ):  # fmt: skip
        assert words in done.output


def test_why_takes_only_the_files_of_the_record(desk, caplog):
    call("score", "customers.csv", "answers.csv")
    (record,) = records(desk)
    name = f"{record['id']}.7"
    (desk / "customers.csv").rename(desk / "moved.csv")
    assert call("why", name).exit_code == 1
    assert "not there any more; name the file" in caplog.text
    assert call("why", name, "--input", "moved.csv").exit_code == 0
    (desk / "moved.csv").write_bytes((desk / "moved.csv").read_bytes() + b"\n")
    assert call("why", name, "--input", "moved.csv").exit_code == 1
    assert "not the file of the record" in caplog.text


def test_why_knows_rows_from_files_and_files_from_nothing(desk, caplog):
    call("score", "customers.csv", "answers.csv")
    (record,) = records(desk)
    for name, words in (
        (record["id"], "name a row of it"), (f"{record['id']}.500", "the file had 500 rows"), ("nothing", "'nothing'"),
    ):  # fmt: skip
        assert call("why", name).exit_code == 1
        assert words in caplog.text


def test_why_refuses_a_rejected_row_and_finds_the_one_after(desk, caplog):
    table = invent(50)
    table.loc[12, "tenure"] = "many"
    table.to_csv("customers.csv", index=False)
    call("score", "customers.csv", "answers.csv")
    (record,) = records(desk)
    assert call("why", f"{record['id']}.10").exit_code == 1
    assert "row 10 breaks the contract and was not scored" in caplog.text
    assert call("why", f"{record['id']}.49").exit_code == 0


def test_columns_beside_the_contract_pass_through_when_named(desk, caplog):
    invent(20).assign(region="north").to_csv("customers.csv", index=False)
    assert call("score", "customers.csv", "answers.csv").exit_code == 1
    assert "column 'region' is not in the contract" in caplog.text
    assert call("score", "customers.csv", "answers.csv", "--ignore", "region").exit_code == 0
    assert "region" in (desk / "answers.csv").read_text()


def test_a_version_is_named_and_parquet_stays_parquet(desk):
    import pyarrow.csv as arrow_csv

    import models

    serving.bundled(desk / "bundle", models.model(c=0.01), version=2)
    serving.bundled(desk / "bundle", version=1)
    rows = arrow_csv.read_csv("customers.csv")
    pq.write_table(rows.drop_columns([contract.TARGET]), "customers.parquet")
    assert call("score", "customers.parquet", "answers.parquet", "--version", "2").exit_code == 0
    assert set(pq.read_table("answers.parquet")["model_version"].to_pylist()) == {2}
    (record,) = records(desk)
    assert record["model_version"] == 2
    assert call("why", f"{record['id']}.0").exit_code == 0
