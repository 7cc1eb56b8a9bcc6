"""The API as a process of its own, for as long as a demo is played."""

import socket
import subprocess  # nosec B404 our own command, with fixed words
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from churn.errors import ServiceDown, ServiceError
from churn.services.address import LOCAL
from churn.services.client.client import ChurnClient
from churn.services.demo.place import Place
from churn.services.reaper import Reaper

COMMAND = (sys.executable, "-m", "churn.cli", "api", "--no-sync")
STARTED, ENDED, STEP = 60.0, 30.0, 0.1
"""Seconds to become ready, to end, and between two looks."""
PATIENCE = 60.0


@contextmanager
def hosted(place: Place) -> Iterator[ChurnClient]:
    """Serve a place, and give a client of it; the API ends with the block, also when this process is killed."""
    reaper = Reaper()
    port = free_port()
    with (place.folder / "api.log").open("ab") as log:
        running = subprocess.Popen(  # noqa: S603  # nosec B603 our own command
            COMMAND, env=place.environment(port), stdout=log, stderr=log, process_group=0
        )
    reaper.note(running.pid)
    try:
        with ChurnClient(f"http://{LOCAL}:{port}", timeout=PATIENCE, patience=PATIENCE) as client:
            _wait(client, running, place)
            yield client
    finally:
        running.terminate()
        running.wait(ENDED)
        reaper.forget(running.pid)
        reaper.close()


def free_port() -> int:
    """Find a port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind((LOCAL, 0))
        return int(probe.getsockname()[1])


def _wait(client: ChurnClient, running: "subprocess.Popen[bytes]", place: Place) -> None:
    """Wait until it answers customers. Raises ServiceDown with what it said."""
    until = time.monotonic() + STARTED
    while time.monotonic() < until and running.poll() is None:
        if _ready(client):
            return
        time.sleep(STEP)
    said = (place.folder / "api.log").read_text(errors="replace").strip().splitlines()[-3:]
    raise ServiceDown("the API of the demo did not start: " + " | ".join(said or ["it said nothing"]))


def _ready(client: ChurnClient) -> bool:
    try:
        return client.raw("GET", "/ready").status_code == 200
    except ServiceError:
        return False
