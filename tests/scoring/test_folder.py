"""A folder of Parquet files as one table: the order of its rows, and a digest that people can check."""

import subprocess

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from churn.errors import TableError
from churn.scoring.files import folder
from churn.stores.files import digest


@pytest.fixture
def table(tmp_path):
    """Give a folder of 3 + 0 + 2 rows, with what writers leave beside."""
    for name, rows in {"b/k=1/part.parquet": 2, "a 1.parquet": 3, "a2.pq": 0}.items():
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table({"cell": range(rows)}), tmp_path / "in" / name)
    for name in ("_SUCCESS", ".a.crc"):
        (tmp_path / "in" / name).touch()
    return tmp_path / "in"


def test_files_stand_in_the_order_of_their_names_and_marks_are_left_out(table):
    assert [one.relative_to(table).as_posix() for one in folder.files(table)] == [
        "a 1.parquet", "a2.pq", "b/k=1/part.parquet",
    ]  # fmt: skip
    assert folder.files(table / "a2.pq") == [table / "a2.pq"]


def test_a_row_is_found_in_its_file(table):
    found = [folder.place(table, row) for row in range(5)]
    assert [(path.name, row) for path, row in found] == [
        ("a 1.parquet", 0), ("a 1.parquet", 1), ("a 1.parquet", 2), ("part.parquet", 0), ("part.parquet", 1),
    ]  # fmt: skip
    with pytest.raises(TableError, match="has no row 5; its 5 rows"):
        folder.place(table, 5)


def test_the_digest_is_that_of_what_sha256sum_prints(table):
    names = [str(one.relative_to(table)) for one in folder.files(table)]
    printed = subprocess.run(["sha256sum", *names], cwd=table, capture_output=True, check=True).stdout
    (table.parent / "printed").write_bytes(printed)
    assert folder.digest(table, [(one, digest(one)) for one in folder.files(table)]) == digest(table.parent / "printed")
    assert folder.digest(table / "a2.pq", [(table / "a2.pq", "d")]) == "d"


@pytest.mark.parametrize("name", ["more.csv", "gone.parquet", "linked.parquet"])
def test_nothing_in_the_folder_is_passed_over(table, name):
    there = {"gone.parquet": table / "nowhere", "linked.parquet": table.parent}
    (table / "b" / name).symlink_to(there[name]) if name in there else (table / "b" / name).touch()
    with pytest.raises(TableError, match=f"{name}: not a Parquet file; keep only"):
        folder.files(table)


def test_a_change_shows_in_the_stamps(table):
    before = folder.stamps(table)
    pq.write_table(pa.table({"cell": range(1)}), table / "a2.pq")
    assert folder.stamps(table) != before
