"""Real Prometheus and Alertmanager for the tests, where the machine has them."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from serving import free_port

LOCAL = "127.0.0.1"
NOBODY = "route: {receiver: none}\nreceivers: [{name: none}]"


def program(*names: str) -> str:
    """Find a program; without it, skip the test and say how to get it."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip(f"no {names[0]} here: apt-get install prometheus prometheus-alertmanager")
    return found


@contextmanager
def alertmanager(routes: str = NOBODY) -> Iterator[str]:
    """Run an Alertmanager with this configuration, and give its address."""
    words = [program("prometheus-alertmanager", "alertmanager"), "--cluster.listen-address="]
    with _running(words, routes, "--storage.path={folder}") as url:
        yield url


@contextmanager
def prometheus(config: str) -> Iterator[str]:
    """Run a Prometheus with this configuration, and give its address."""
    with _running([program("prometheus")], config, "--storage.tsdb.path={folder}/data") as url:
        yield url


@contextmanager
def _running(words: list[str], config: str, storage: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        (Path(folder) / "config.yml").write_text(config)
        url = f"http://{LOCAL}:{free_port()}"
        options = [f"--config.file={folder}/config.yml", storage.format(folder=folder)]
        listen = f"--web.listen-address={url.removeprefix('http://')}"
        with (Path(folder) / "log").open("wb") as log:
            running = subprocess.Popen([*words, *options, listen], stdout=log, stderr=log)
        try:
            _ready(f"{url}/-/ready", running, Path(folder) / "log")
            yield url
        finally:
            running.terminate()
            running.wait(20)


def _ready(url: str, running: "subprocess.Popen[bytes]", log: Path, seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and running.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(url).status_code == 200:
                return
        time.sleep(0.05)
    raise AssertionError(f"{url} did not answer: {log.read_text()[-2000:]}")
