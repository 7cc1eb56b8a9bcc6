"""A table scored on a cluster: what is refused before one is asked, and what takes the place of what."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from churn.errors import TableError
from churn.lifecycle import cluster_job
from churn.lifecycle.scoring_order import Order


@pytest.fixture
def table(tmp_path):
    (tmp_path / "in").mkdir()
    pq.write_table(pa.table({"cell": [1]}), tmp_path / "in/a.parquet")
    return tmp_path / "in"


@pytest.mark.parametrize(
    ("path", "out", "rejects", "words"),
    [
        ("nowhere", "out", "r.csv", "nowhere: no folder there"),
        ("empty", "out", "r.csv", "empty: no Parquet file in it"),
        ("in", "in/out", "r.csv", "three places, none within another"),
        ("in", "out", "out/r.csv", "three places, none within another"),
        ("in", "in", "r.csv", "three places"),
        ("in", "mine", "r.csv", "mine: it exists; name another"),
    ],
)
def test_what_cannot_be_done_is_said_before_a_cluster_is_asked(table, path, out, rejects, words):
    (table.parent / "empty").mkdir()
    (table.parent / "mine").mkdir()
    places = [table.parent / one for one in (path, out, rejects)]
    with pytest.raises(TableError, match=words):
        cluster_job.refuse(Order(*places))


def test_an_address_is_no_folder(table, monkeypatch):
    monkeypatch.chdir(table.parent)
    with pytest.raises(TableError, match="s3a:/bucket/in: an address; name a folder"):
        cluster_job.refuse(Order(type(table)("s3a://bucket/in"), table.parent / "out", table.parent / "r.csv"))


def test_force_replaces_answers_and_nothing_else(table):
    order = Order(table, table.parent / "home", table.parent / "r.csv", force=True)
    order.out.mkdir()
    (order.out / "letter.txt").touch()
    with pytest.raises(TableError, match="not a folder of Parquet files alone, so it is not replaced"):
        cluster_job.refuse(order)
    (order.out / "letter.txt").rename(order.out / "part.parquet")
    cluster_job.refuse(order)


def test_answers_take_their_place_whole_or_not_at_all(tmp_path):
    out = tmp_path / "out"
    with pytest.raises(RuntimeError), cluster_job.aside(out) as draft:
        _break(draft)
    assert list(tmp_path.iterdir()) == []
    for content in ("first", "second"):
        with cluster_job.aside(out) as draft:
            draft.mkdir()
            (draft / "part").write_text(content)
        assert (out / "part").read_text() == content
        assert list(tmp_path.iterdir()) == [out]


def _break(draft):
    draft.mkdir()
    raise RuntimeError


def test_answers_of_before_come_back_where_new_ones_cannot_take_their_place(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "old.parquet").touch()
    with pytest.raises(FileNotFoundError), cluster_job.aside(out):
        pass  # nothing was written, so there is nothing to put in place
    assert [one.name for one in tmp_path.rglob("*")] == ["out", "old.parquet"]


def test_older_answers_that_cannot_be_brought_back_are_not_thrown_away(tmp_path, monkeypatch):
    out = tmp_path / "out"
    out.mkdir()
    (out / "older").touch()
    rename = type(out).rename

    def meanwhile(one, to):
        rename(one, to)
        if one == out:
            out.mkdir()
            (out / "somebody else's").touch()

    monkeypatch.setattr(type(out), "rename", meanwhile)
    with pytest.raises(OSError, match="not empty"), cluster_job.aside(out) as draft:
        draft.mkdir()
    assert [one.name for one in tmp_path.rglob("older")] == ["older"]
