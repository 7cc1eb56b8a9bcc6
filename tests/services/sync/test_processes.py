import os
import shutil
import signal
import subprocess
import sys

import pytest

import models
from churn.services.sync.sync import Sync
from churn.stores import bundle
from churn.stores.ledger.queries.served import events
from syncing import GOOD, OTHER, environment, pid, served, start, status, told, until


def test_of_two_syncs_one_waits_and_takes_over_when_the_other_is_killed(known, promote, tmp_path):
    promote(OTHER)
    first = start(known, tmp_path, "sync")
    until(lambda: pid(known) == first.pid)
    second = start(known, tmp_path, "sync")
    assert f"another sync (process {first.pid})" in second.stdout.readline()
    first.kill()
    first.communicate()
    until(lambda: pid(known) == second.pid)
    promote(GOOD)
    until(lambda: served(known) == 2)
    second.send_signal(signal.SIGTERM)
    said, _ = second.communicate(timeout=60)
    assert (second.returncode, "Traceback" in said) == (0, False), said


def test_a_second_look_has_the_running_sync_look(known, promote, tmp_path):
    promote(OTHER)
    running = start(known, tmp_path, "sync", CHURN_SYNC_SECONDS="600")
    until(lambda: pid(known) == running.pid)
    promote(GOOD)
    looked = start(known, tmp_path, "sync", "--once")
    said, _ = looked.communicate(timeout=60)
    assert (looked.returncode, served(known)) == (0, 2), said
    assert "version 2 is served" in said
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=60)


def test_a_pin_is_put_and_lifted_from_the_command_line_where_no_sync_runs(known, two, tmp_path):
    for words, version in ((("pin", "1", "--why", "a bad day"), 1), (("unpin",), 2)):
        done = start(known, tmp_path, *words)
        said, _ = done.communicate(timeout=60)
        assert (done.returncode, served(known)) == (0, version), said
    refused = start(known, tmp_path, "pin", "9", "--why", "x")
    assert "no version 9" in refused.communicate(timeout=60)[0]
    assert refused.returncode == 1


def test_a_registry_that_was_made_anew_is_followed(known, promote, tmp_path, template):
    promote(OTHER)
    running = start(known, tmp_path, "sync")
    until(lambda: pid(known) == running.pid)
    (tmp_path / "mlflow.db").unlink()
    until(lambda: status(known)["registry"] == "away")
    assert served(known) == 1
    shutil.copy2(template, tmp_path / "fresh.db")
    (tmp_path / "fresh.db").replace(tmp_path / "mlflow.db")
    models.on_disk(GOOD, tmp_path)
    subprocess.run([sys.executable, "-c", FRESH], env=environment(known, tmp_path), cwd=tmp_path, check=True)
    until(lambda: bundle.current(known.bundle_dir).digest == GOOD.metadata["digest"])
    assert bundle.current(known.bundle_dir).version == 1
    assert bundle.of_version(known.bundle_dir, 1, OTHER.metadata["digest"]).model == OTHER.model
    running.send_signal(signal.SIGTERM)
    said, _ = running.communicate(timeout=60)
    assert "sync starts anew" in said


FRESH = """
from pathlib import Path
import models
from churn.lifecycle import promotion
from churn.settings import read
models.enter_from_disk(read(), Path.cwd())
promotion.promote(read(), models.REGISTER, promotion.Author("tester", "anew"))
"""


KILLED = """
import os, sys
from churn.stores import bundle, files
def die(*words, **more): os._exit(9)
{where} = die
from churn.cli import app
app(["sync", "--once"])
"""


@pytest.mark.parametrize("where", ["bundle.flush", "bundle.read", "bundle.point", "files.write_bytes"])
def test_killed_between_any_two_steps_the_folder_still_serves(known, sync, promote, tmp_path, where):
    promote(OTHER)
    sync.turn()
    promote(GOOD)
    env = os.environ | {"MLFLOW_TRACKING_URI": known.store, "CHURN_BUNDLE_DIR": str(known.bundle_dir)}
    done = subprocess.run([sys.executable, "-c", KILLED.format(where=where)], env=env, cwd=tmp_path, check=False)
    assert done.returncode == 9
    assert served(known) in {1, 2}
    Sync(known, models.REGISTER).turn()
    assert served(known) == 2
    assert sorted(one["version"] for one in told(known, events, 10, 0)["events"]) == [1, 2]


def test_a_rollback_from_the_command_line_is_done_by_the_sync_that_runs_here(known, two, tmp_path):
    running = start(known, tmp_path, "sync")
    until(lambda: pid(known) == running.pid and served(known) == 2)
    done = start(known, tmp_path, "rollback", "--why", "too many calls")
    said, _ = done.communicate(timeout=60)
    assert "version 1 is @champion (rollback, before it: 2); version 1 is served" in said
    assert served(known) == 1
    refused = start(known, tmp_path, "rollback", "--why", "again")
    assert "no earlier @champion" in refused.communicate(timeout=60)[0]
    assert refused.returncode == 3
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=60)


def test_a_sync_that_was_just_killed_is_not_waited_for_and_rolls_nothing_back_later(known, two, tmp_path):
    running = start(known, tmp_path, "sync")
    until(lambda: pid(known) == running.pid and served(known) == 2)
    running.kill()
    running.communicate(timeout=60)
    done = start(known, tmp_path, "rollback", "--why", "too many calls")
    assert "version 1 is @champion (rollback, before it: 2)" in done.communicate(timeout=90)[0]
    assert not list((known.bundle_dir / "requests").glob("*"))


SLIM = """
import sys
absent = ["dvc", "evidently", "flask", "matplotlib", "onnx", "pandas", "pandera", "scipy", "sklearn"]
sys.modules.update(dict.fromkeys(absent))
from churn.cli import app
app(sys.argv[1:])
"""
"""As in the image of sync: the registry's client alone, and nothing that tables and training need."""


def test_sync_and_what_is_asked_of_it_need_no_table_or_training_package(known, two, tmp_path):
    env = environment(known, tmp_path)
    rollback, pin = ["rollback", "--why", "too many calls"], ["pin", "2", "--why", "back"]
    asked = ((["sync", "--once"], 2), (rollback, 2), (["sync", "--once"], 1), (pin, 2), (["unpin"], 1))
    for words, version in asked:
        done = subprocess.run(
            [sys.executable, "-c", SLIM, *words], env=env, cwd=tmp_path, text=True, capture_output=True, check=False
        )
        assert (done.returncode, served(known)) == (0, version), done.stderr
