"""docker/pipeline.sh: one run at a time in a folder, and a killed one bars no later one."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "docker/pipeline.sh"
BUSY = 'echo "$@" >> "$0.asked"; [ ! -e "$0.wait" ] || { [ "$1" != repro ] || sleep 30; }'

pytestmark = pytest.mark.skipif(not shutil.which("flock"), reason="flock is of util-linux")


@pytest.fixture
def started(tmp_path):
    """Start it over an image's folder, beside a `dvc` and a `churn` that note what they are asked."""
    app, tools = tmp_path / "app", tmp_path / "bin"
    for folder in (app / "src", app / "scripts", tools):
        folder.mkdir(parents=True)
    (app / "src/code.py").write_text("new = True\n")
    (app / "dvc.lock").write_text("of the image\n")
    (tmp_path / "run").write_text(SCRIPT.read_text().replace("/app", str(app)))
    for name in ("dvc", "churn"):
        (tools / name).write_text(f"#!/bin/sh\n{BUSY}\n")
        (tools / name).chmod(0o755)
    env = {"PATH": f"{tools}:{os.environ['PATH']}", "CHURN_WORK_DIR": str(tmp_path / "work")}

    def start():
        with (tmp_path / "said").open("ab") as said:
            return subprocess.Popen(["sh", str(tmp_path / "run")], env=env, stderr=said, start_new_session=True)

    return start


def test_it_works_in_a_copy_of_the_code_and_promotes(started, tmp_path):
    (tmp_path / "work/src").mkdir(parents=True)
    (tmp_path / "work/src/gone.py").write_text("old = True\n")
    (tmp_path / "work/dvc.lock").write_text("of an earlier run\n")
    assert started().wait(20) == 0
    assert [one.name for one in (tmp_path / "work/src").iterdir()] == ["code.py"]
    assert (tmp_path / "work/dvc.lock").read_text() == "of an earlier run\n"
    assert (tmp_path / "bin/churn.asked").read_text().startswith("promote --why")


def test_a_second_run_takes_nothing_from_under_the_first(started, tmp_path):
    (tmp_path / "bin/dvc.wait").touch()
    first = started()
    asked = tmp_path / "bin/dvc.asked"
    until = time.monotonic() + 20
    while not (asked.exists() and "repro" in asked.read_text()) and time.monotonic() < until:
        time.sleep(0.05)
    (tmp_path / "work/src/made.py").touch()
    assert started().wait(20) == 1
    assert "another run works" in (tmp_path / "said").read_text()
    assert (tmp_path / "work/src/made.py").exists()
    os.killpg(first.pid, 9)
    first.wait()
    (tmp_path / "bin/dvc.wait").unlink()
    assert started().wait(20) == 0


def test_the_marks_of_a_killed_run_bar_nobody(started, tmp_path):
    """DVC holds a file for taken while a process of the number lives; in a container every number lives again."""
    marks = tmp_path / "work/.dvc/tmp/rwlock"
    marks.parent.mkdir(parents=True)
    marks.write_text('{"write": {"/app/model": {"pid": 1, "cmd": "dvc repro"}}}')
    assert started().wait(20) == 0
    assert not marks.exists()
