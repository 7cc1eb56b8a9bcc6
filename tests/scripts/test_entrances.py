"""Entrances as processes: what a person sees when something is wrong, and what is left behind."""

import os
import resource
import signal
import subprocess
import sys
import time

import pytest

from customers import invent
from workshop import ROOT

KEPT = ("train.parquet", "test.parquet", "reference.parquet", "rows.csv", "arrivals.json", "profile.json")
NAMES = ("--train", "--test", "--reference", "--quarantine", "--arrivals", "--profiled")


@pytest.fixture
def prepare(tmp_path):
    """Give the command of stage prepare, with every path in a folder of the test."""
    (tmp_path / "incoming").mkdir()
    invent(3000).to_csv(tmp_path / "raw.csv", index=False)
    words = [sys.executable, str(ROOT / "scripts/data_preparation.py"), "--raw", str(tmp_path / "raw.csv")]
    words += ["--incoming", str(tmp_path / "incoming")]
    for name, file in zip(NAMES, KEPT, strict=True):
        words += [name, str(tmp_path / file)]
    return words


def run(words, **options):
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, **options)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def left(folder):
    return sorted(path.name for path in folder.iterdir() if path.name not in {"raw.csv", "incoming"})


def test_a_stage_makes_all_of_its_files(prepare, tmp_path):
    assert run(prepare).returncode == 0
    assert left(tmp_path) == sorted(KEPT)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty; expected a header line"),
        (b"customerID,gender\n", "column 'SeniorCitizen' is missing"),
        (b"customerID;gender\n1;2\n", "not separated by commas"),
        (b"customerID,gender\n\xff\xfe,x\n", "not UTF-8"),
        (b"customerID,customerID\n1,2\n", "column 'customerID' occurs twice"),
        (b'a,b\n1,"2', "not a CSV table"),
    ],
)
def test_a_raw_table_that_cannot_be_read_is_told_in_one_message(prepare, tmp_path, content, words):
    (tmp_path / "raw.csv").write_bytes(content)
    done = run(prepare)
    assert done.returncode == 1
    assert words in done.stderr
    assert str(tmp_path / "raw.csv") in done.stderr
    assert left(tmp_path) == []


def test_a_missing_file_is_told(prepare, tmp_path):
    (tmp_path / "raw.csv").unlink()
    assert "raw.csv: it does not exist; `dvc repro` makes what is missing" in run(prepare).stderr


def test_a_badly_named_batch_is_told(prepare, tmp_path):
    (tmp_path / "incoming/latest.csv").write_text("x")
    assert "name it <YYYY-MM-DD>-<anything>.csv or .parquet" in run(prepare).stderr


def test_a_file_that_does_not_fit_is_told_and_nothing_torn_remains(prepare, tmp_path):
    def small():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = run(prepare, preexec_fn=small)
    assert done.returncode == 1
    assert "larger than this account may write" in done.stderr
    assert left(tmp_path) == []


def test_a_folder_that_may_not_be_written_is_told(prepare, tmp_path):
    blocked = tmp_path / "train.parquet"
    blocked.mkdir()
    (blocked / "kept").touch()
    done = run(prepare)
    assert done.returncode == 1
    assert "train.parquet" in done.stderr
    assert not [name for name in left(tmp_path) if name.startswith(".")]


def test_ctrl_c_is_told_and_the_next_run_is_healthy(prepare, tmp_path):
    slow = subprocess.Popen(prepare, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    while "prepare:" not in slow.stderr.readline():
        time.sleep(0.01)
    os.kill(slow.pid, signal.SIGINT)
    said = slow.stderr.read()
    assert slow.wait(30) == 130
    assert "interrupted; nothing half-written remains" in said
    assert "Traceback" not in said
    slow.stderr.close()
    assert run(prepare).returncode == 0
    assert left(tmp_path) == sorted(KEPT)
