import random

import pytest

from churn.errors import TableError
from churn.stores import raw_table
from churn.stores.raw_table import read_raw

ODD = ["a", "1", ",", ",", "\n", "\r\n", "\r", '"', '""', " ", "\t", "é", "\x00", "\ufeff", "NA", "null", ";", "#"]
"""What text is made of that two readers may take differently."""


def read(path):
    try:
        table = read_raw(path)
    except TableError as fault:
        return str(fault).split("(")[0]
    return list(table), table.to_numpy().tolist(), [str(kind) for kind in table.dtypes], list(table.index)


def both_ways(path, monkeypatch):
    fast = read(path)
    with monkeypatch.context() as slowly:
        slowly.setattr(raw_table, "_plain_rows", lambda *_: None)
        return fast, read(path)


@pytest.mark.parametrize("plain", [True, False])
def test_the_fast_way_reads_what_the_careful_way_does(tmp_path, monkeypatch, plain):
    lottery, path = random.Random(int(plain)), tmp_path / "t.csv"
    words = [word for word in ODD if not plain or word not in ('"', '""', "\r", "\x00")]
    for _ in range(400):
        header = lottery.choice(["x,y", "x,y", "x,y,", "x", "\ufeffx,y,z"])
        ends = lottery.choice(["\n", "\r\n"])
        cells = [[lottery.choice(words[:2] + words[9:]) for _ in header.split(",")] for _ in range(3)]
        even = ends.join(",".join(row) for row in cells)
        odd = "".join(lottery.choice(words) for _ in range(lottery.randint(0, 12)))
        path.write_bytes((header + ends + lottery.choice([even, odd])).encode())
        fast, careful = both_ways(path, monkeypatch)
        assert fast == careful, path.read_bytes()


def test_a_plain_table_is_read_the_fast_way(tmp_path, monkeypatch):
    (tmp_path / "t.csv").write_text("x,y\n1,NA\n, b \n")
    monkeypatch.setattr(raw_table, "_rows", lambda *_: pytest.fail("the careful way was taken"))
    assert read(tmp_path / "t.csv") == (["x", "y"], [["1", "NA"], ["", " b "]], ["str", "str"], [2, 3])


@pytest.mark.parametrize("text", [b'x,y\n"1",2\n', b"x,y\n1\n", b"x,y\n1,2,3\n", b"x,y\r1,2\r", b"x,y\n1,\x00\n"])
def test_what_is_not_plain_is_read_with_care(tmp_path, text):
    (tmp_path / "t.csv").write_bytes(text)
    header = text.splitlines()[0].decode().split(",")
    assert raw_table._plain_rows(tmp_path / "t.csv", header) is None
