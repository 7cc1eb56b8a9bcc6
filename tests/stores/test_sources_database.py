import sqlite3
from contextlib import closing

import pytest

from churn.errors import ParamsError, SourceError, TableError
from churn.params.ingest import Ingest
from churn.stores.raw_table import read_raw
from churn.stores.sources.fetch import fetch

NEVER = {"kind": "https", "at": "http://127.0.0.1:9/never.csv", "sha256": "0" * 64}
ALL = "select * from customers"


@pytest.fixture
def shop(tmp_path):
    with closing(sqlite3.connect(tmp_path / "shop.db")) as database, database:
        database.execute("create table customers (id text, months int, bill real, account bigint)")
        rows = [("007", 1, 29.85, 2**53 + 1), ("x, y", None, 20.0, None)]
        database.executemany("insert into customers values (?, ?, ?, ?)", rows)
    return f"sqlite:///{tmp_path / 'shop.db'}"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "raw.csv"


def own(uri, query=ALL, sha256=None):
    return Ingest(sources=[NEVER], uri=uri, query=query, sha256=sha256, timeout_seconds=5)


def test_cells_survive_a_query(shop, out):
    assert fetch(own(shop), out) == "a query on the sqlite database of ingest.uri"
    assert read_raw(out).to_dict("list") == {
        "id": ["007", "x, y"],
        "months": ["1", ""],
        "bill": ["29.85", "20.0"],
        "account": ["9007199254740993", ""],
    }


def test_address_and_query_are_filled_from_the_environment(shop, out, monkeypatch):
    monkeypatch.setenv("SHOP", shop)
    monkeypatch.setenv("WANTED", "007")
    fetch(own("${SHOP}", "select id from customers where id like '%${WANTED}%'"), out)
    assert list(read_raw(out)["id"]) == ["007"]
    with pytest.raises(SourceError, match=r"ingest\.query wants the environment variable NO_SUCH"):
        fetch(own("${SHOP}", "select ${NO_SUCH}"), out)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("select nope from customers", "no such column: nope"),
        ("selekt", "syntax error"),
        ("select 1; select 2", "one statement at a time"),
        ("delete from customers", "does not return rows"),
    ],
)
def test_a_wrong_query_is_told_in_the_databases_words(shop, out, query, reason):
    out.write_bytes(b"old")
    with pytest.raises(SourceError, match=reason) as fault:
        fetch(own(shop, query), out)
    assert "\n" not in str(fault.value)
    assert str(fault.value).endswith("check ingest.uri and ingest.query")
    assert out.read_bytes() == b"old"
    fetch(own(shop), out)
    assert len(read_raw(out)) == 2


def test_an_answer_that_is_no_table_is_refused(shop, out):
    with pytest.raises(TableError, match=r"ingest\.query: it has no rows"):
        fetch(own(shop, ALL + " where months = 99"), out)
    with pytest.raises(TableError, match=r"column 'id' occurs twice"):
        fetch(own(shop, "select id, id from customers"), out)


def test_a_missing_sqlite_file_is_told_and_not_made(tmp_path, out):
    with pytest.raises(SourceError, match=r"none\.db does not exist"):
        fetch(own(f"sqlite:///{tmp_path / 'none.db'}"), out)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("postgresql+nodriver://me:hush@db/shop", "plugin"),
        ("mssql+pymssql://me:hush@db/shop", "driver 'pymssql' is not installed"),
        ("postgresql://me:hush@db:port/shop", "the postgresql database of ingest.uri"),
        ("s3://bucket/hush.csv", "s3"),
    ],
)
def test_a_database_out_of_reach_is_told_without_its_password(out, uri, reason):
    with pytest.raises(SourceError, match=reason) as fault:
        fetch(own(uri), out)
    assert "hush" not in str(fault.value)


def test_what_a_driver_repeats_is_hidden(shop, out, monkeypatch):
    monkeypatch.setenv("SECRET", "hush")
    with pytest.raises(SourceError, match=r"no such column: \$\{SECRET\}") as fault:
        fetch(own(shop, "select ${SECRET} from customers"), out)
    assert "hush" not in str(fault.value)


def test_database_query_and_seal_must_fit(shop, out):
    with pytest.raises(ParamsError, match=r"needs a query; write it in ingest\.query"):
        fetch(own(shop, query=None), out)
    with pytest.raises(ParamsError, match=r"set ingest\.sha256 to null"):
        fetch(own(shop, sha256="0" * 64), out)
