import subprocess
import sys
import time

import pytest

from churn.errors import TrackingError
from churn.stores.locks import alone

HOLD = """
import time
from pathlib import Path
from churn.stores.locks import alone
with alone(Path("one.lock")):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_writer_waits_until_the_first_is_gone_however_it_went(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(TrackingError, match=r"one\.lock"), alone(tmp_path / "one.lock", seconds=0.3):
            pass
        other.kill()
    began = time.monotonic()
    with alone(tmp_path / "one.lock", seconds=5):
        assert time.monotonic() - began < 4
