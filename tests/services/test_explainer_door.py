"""An explainer that runs by itself serves the workers of a host through a socket."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

import models
from churn import contract
from churn.errors import ExplainerAway
from churn.scoring.engine import Engine
from churn.services.explainer import way
from churn.services.explainer.explainer import Explainer
from churn.services.explainer.trees import Trees

pytestmark = pytest.mark.filterwarnings(r"ignore::PendingDeprecationWarning:shap\..*")  # theirs to mend
BOOSTING = Engine(models.grown("boosting").model, 1)
FOREST = Engine(models.grown("forest").model, 2)
ONE = [contract.EXAMPLE]


@pytest.fixture(scope="module")
def place():
    """Give a socket's path that is short enough, wherever pytest keeps its folders."""
    with tempfile.TemporaryDirectory(prefix="explainer-") as folder:
        yield Path(folder) / "explainer.sock"


def answers(place):
    """Tell whether somebody listens: the socket of one that was killed lies there still."""
    with socket.socket(socket.AF_UNIX) as line, contextlib.suppress(OSError):
        line.connect(str(place))
        return True
    return False


@contextlib.contextmanager
def explainer(place):
    words = (sys.executable, "-m", "churn.services.explainer")
    with subprocess.Popen(words, env=os.environ | {way.VARIABLE: str(place)}, stderr=subprocess.PIPE) as process:
        try:
            until = time.monotonic() + 120
            while not answers(place):
                assert process.poll() is None, process.stderr.read()
                assert time.monotonic() < until
                time.sleep(0.05)
            yield process
        finally:
            process.kill()


def asked(place, question, **limits):
    async def ask():
        one = Explainer(**({"idle_seconds": 60.0, "way": way.to(str(place))} | limits))
        try:
            return await question(one)
        finally:
            await one.close()

    return asyncio.run(ask())


def test_two_workers_are_served_at_once_each_with_its_own_model(place):
    async def question(first):
        second = Explainer(60.0, way.to(str(place)))
        told = await asyncio.gather(first.contributions(BOOSTING, ONE), second.contributions(FOREST, ONE))
        again = await asyncio.gather(first.contributions(BOOSTING, ONE), second.contributions(FOREST, ONE))
        await second.close()
        assert told == again == [Trees(one.explanation).contributions(ONE) for one in (BOOSTING, FOREST)]

    with explainer(place):
        asked(place, question)


def test_only_its_own_user_may_open_the_socket(place):
    with explainer(place):
        assert place.stat().st_mode & 0o777 == 0o600


def test_who_rests_hangs_up_and_calls_again_when_asked(place):
    async def question(one):
        first = await one.contributions(BOOSTING, ONE)
        await asyncio.sleep(0.5)
        assert not one.running
        assert await one.contributions(BOOSTING, ONE) == first

    with explainer(place):
        asked(place, question, idle_seconds=0.2)


def test_one_that_was_killed_is_away_until_another_takes_its_place(place):
    async def question(one):
        with explainer(place) as process:
            await one.contributions(BOOSTING, ONE)
            process.send_signal(signal.SIGKILL)
            process.wait()
            for _ in range(2):
                with pytest.raises(ExplainerAway, match=r"ended; ask again|no explainer answers on"):
                    await one.contributions(BOOSTING, ONE)
        assert place.exists(), "the socket of one that was killed lies there still"
        with explainer(place):
            assert await one.contributions(BOOSTING, ONE)

    asked(place, question)


def test_told_to_stop_it_ends_well_and_takes_its_socket_along(place):
    with explainer(place) as process:
        process.terminate()
        assert process.wait(10) == 0
        assert not place.exists()


@pytest.mark.parametrize(("place", "words"), [("", "names no socket"), ("/tmp/" + "x" * 120, "too long for a socket")])
def test_a_place_where_no_socket_can_be_is_said(place, words):
    done = subprocess.run(
        [sys.executable, "-m", "churn.services.explainer"],
        env=os.environ | {way.VARIABLE: place}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
