"""A session that cannot be opened, said in a line."""

import time

import pytest

import serving
from churn.errors import ServiceDown
from churn.scoring.spark import session


@pytest.mark.parametrize("place", ["127.0.0.1:{port}", "127.0.0.1:{port},127.0.0.1:{port}", "nonsense"])
def test_a_master_that_is_away_is_told_at_once(place):
    began = time.monotonic()
    master = f"spark://{place.format(port=serving.free_port())}"
    with pytest.raises(ServiceDown, match="no master answers there"), session.opened(master):
        pass
    assert time.monotonic() - began < 5


def test_what_our_own_code_said_on_a_worker_is_told_before_what_spark_makes_of_it():
    told = (
        "Job aborted.\n  File worker.py\nchurn.errors.ModelError: the model was trained under another contract\n\tat x"
    )
    assert session._line(told) == "the model was trained under another contract"
    assert session._line("\n Task 3 failed 4 times \n at x") == "Task 3 failed 4 times"
    assert session._line("") == "it does not say why"
