import os
import signal
import subprocess
import sys

import pytest

import models
from churn.services.sync.sync import Sync
from churn.stores.ledger.queries.served import events
from syncing import GOOD, OTHER, pid, served, start, told, until


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
    said, _ = second.communicate(timeout=10)
    assert (second.returncode, "Traceback" in said) == (0, False)


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
