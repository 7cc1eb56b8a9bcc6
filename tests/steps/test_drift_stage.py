"""The stage as DVC runs it: whatever lies in data/current, it ends well and leaves its two files."""

import json
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from churn import contract, table
from churn.stores import tables
from customers import invent

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "drift_monitoring.py"
NAMED = ("reference", "held_out", "current", "reading", "report")
PATHS = [Path(path) for path in ("reference.parquet", "test.parquet", "current", "drift.json", "drift.html")]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    place = tmp_path_factory.mktemp("drift")
    shutil.copy(ROOT / "params.yaml", place)
    tables.write_table(table.typed(invent(1500, seed=1)), place / "reference.parquet")
    tables.write_table(table.typed(invent(300, seed=2)), place / "test.parquet")
    return place


@pytest.fixture
def inlet(place, monkeypatch):
    monkeypatch.chdir(place)
    folder = place / "current"
    folder.mkdir()
    (folder / ".gitkeep").touch()
    yield folder
    shutil.rmtree(folder)


def stage():
    runpy.run_path(str(SCRIPT))["main"](**dict(zip(NAMED, PATHS, strict=True)))
    return json.loads(Path("drift.json").read_text()), Path("drift.html").read_text()


def test_an_empty_inlet_is_unknown_and_shows_a_sample(inlet):
    reading, shown = stage()
    assert (reading["state"], reading["reason"]) == ("unknown", "there is no batch in current")
    assert "is a sample" in shown
    inlet.joinpath(".gitkeep").unlink()
    assert stage()[0] == reading


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("customers.csv", b"a,b\n1,2\n", "current/customers.csv: name it <YYYY-MM-DD>-<anything>"),
        ("2024-01-31-a.csv", b"", "current/2024-01-31-a.csv: empty"),
        ("2024-01-31-a.csv", b"tenure;gender\n1;Male\n", "current/2024-01-31-a.csv: its fields are not separated"),
        ("2024-01-31-a.csv", b"tenure,gender\n1,\xff\xfe\n", "current/2024-01-31-a.csv: not UTF-8"),
        ("2024-01-31-a.parquet", b"garbage", "current/2024-01-31-a.parquet: not a Parquet table"),
        ("2024-01-31-a.csv", (",".join(table.expected()) + "\n").encode(), "the batch has 0 row(s)"),
    ],
)
def test_an_unusable_file_is_unknown_and_stops_nothing(inlet, name, content, reason):
    (inlet / name).write_bytes(content)
    reading, shown = stage()
    assert (reading["state"], reading["retrain"]) == ("unknown", False)
    assert reading["reason"].startswith(reason)
    assert "unknown" in shown


def test_an_inlet_that_is_gone_is_unknown(place, monkeypatch):
    monkeypatch.chdir(place)
    assert stage()[0]["state"] == "unknown"


def test_the_newest_batch_gives_the_same_bytes_in_every_process(inlet):
    old, new = invent(400, seed=3), invent(400, seed=4).drop(columns=contract.TARGET)
    tables.write_table(old, inlet / "2024-01-31-a.csv")
    tables.write_table(
        new.assign(Contract=["One year", "Two year"] * 200, region="north"), inlet / "2024-02-29-a.parquet"
    )
    stage()
    here = PATHS[3].read_bytes()
    options = [f"--{name.replace('_', '-')}={path}" for name, path in zip(NAMED, PATHS, strict=True)]
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    done = subprocess.run(
        [sys.executable, SCRIPT, *options], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert PATHS[3].read_bytes() == here
    reading = json.loads(here)
    assert (reading["state"], reading["retrain"]) == ("drift", True)
    assert reading["batch"] == {"file": "2024-02-29-a.parquet", "rows": 400, "extra": ["region"]}
    assert len(done.stderr.splitlines()) == 2
    assert done.stderr.splitlines()[1].startswith("drift: 2024-02-29-a.parquet (400 rows): drift: Contract moved")
