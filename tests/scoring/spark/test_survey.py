"""A table's files looked at before a row is scored, without a cluster."""

from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from churn.errors import TableError
from churn.scoring.spark.survey import survey
from customers import invent


class Alone:
    """A cluster of this process alone."""

    def parallelize(self, items, slices):
        assert slices == len(items)
        return SimpleNamespace(map=lambda look: SimpleNamespace(collect=lambda: [look(one) for one in items]))


def put(path, rows=5, **changes):
    table = pa.Table.from_pandas(invent(rows), preserve_index=False)
    for name, cells in changes.items():
        table = table.set_column(table.schema.get_field_index(name), name, cells)
    pq.write_table(table, path)


def test_files_are_counted_and_know_where_their_rows_begin(tmp_path):
    for name, rows in {"b": 4, "a": 3, "c": 0}.items():
        put(tmp_path / f"{name}.parquet", rows)
    found = survey(Alone(), tmp_path)
    assert [(path.name, start) for path, start in found.starts] == [
        ("a.parquet", 0),
        ("b.parquet", 3),
        ("c.parquet", 7),
    ]
    assert found.rows == 7


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (pa.array(range(5), pa.int32()), "column 'tenure' is string in a.parquet and int32 in b.parquet"),
        (pa.array([b"1"] * 5), "column 'tenure' holds binary; save it as a number"),
    ],
)
def test_a_file_unlike_the_others_is_named(tmp_path, cells, words):
    put(tmp_path / "a.parquet")
    put(tmp_path / "b.parquet", tenure=cells)
    with pytest.raises(TableError, match=words):
        survey(Alone(), tmp_path)


def test_codes_and_texts_are_alike(tmp_path):
    put(tmp_path / "a.parquet")
    put(tmp_path / "b.parquet", gender=pa.array(["Male"] * 5).dictionary_encode())
    assert survey(Alone(), tmp_path).rows == 10


def test_a_torn_file_a_missing_column_and_an_empty_folder_are_told(tmp_path):
    with pytest.raises(TableError, match="no Parquet file in it"):
        survey(Alone(), tmp_path)
    put(tmp_path / "a.parquet")
    pq.write_table(pq.read_table(tmp_path / "a.parquet").drop_columns(["gender"]), tmp_path / "b.parquet")
    with pytest.raises(TableError, match=r"b\.parquet: its header breaks the contract:\n  column 'gender' is missing"):
        survey(Alone(), tmp_path)
    (tmp_path / "b.parquet").write_bytes((tmp_path / "a.parquet").read_bytes()[:-9])
    with pytest.raises(TableError, match=r"b\.parquet: not a whole table"):
        survey(Alone(), tmp_path)


def test_a_machine_that_cannot_read_a_file_is_named(tmp_path, monkeypatch):
    put(tmp_path / "a.parquet")
    monkeypatch.setattr("churn.scoring.files.folder.files", lambda path: [path / "a.parquet", path / "b.parquet"])
    with pytest.raises(TableError, match=r"b\.parquet: \S+ cannot read it \(No such file or directory\)"):
        survey(Alone(), tmp_path)
