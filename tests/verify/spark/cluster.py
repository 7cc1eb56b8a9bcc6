"""A standalone cluster of Spark's own on loopback: a master, two workers of one core each, all of their events kept."""

import contextlib
import json
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from serving import free_port

ROOT = Path(__file__).parents[3]
HOME = ROOT / ".venv-spark"
WORKERS, STARTED_WITHIN = 2, 120.0
CONF = """spark.driver.host 127.0.0.1
spark.eventLog.enabled true
spark.eventLog.dir file:{events}
spark.eventLog.rolling.enabled false
spark.eventLog.compress false
spark.sql.files.maxPartitionBytes 12m
"""


@dataclass(frozen=True)
class Cluster:
    """Where its master is, what a driver wants in its environment, and who works for it."""

    url: str
    environment: dict[str, str]
    events: Path
    workers: list[psutil.Process]

    def executors(self) -> list[psutil.Process]:
        """Give the executors' Java processes."""
        return [child for worker in self.workers for child in worker.children() if "java" in child.name()]

    def pythons(self) -> list[psutil.Process]:
        """Give the Python processes that work for an executor, each a child of a daemon of its own kind."""
        return [python for one in self.executors()[:1] for daemon in one.children() for python in daemon.children()]


@contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    """Start the cluster in a folder, and end it."""
    home = next(HOME.glob("lib/python3*/site-packages/pyspark"))
    conf, events, port, page = folder / "conf", folder / "events", free_port(), free_port()
    conf.mkdir(parents=True)
    events.mkdir()
    (conf / "spark-defaults.conf").write_text(CONF.format(events=events))
    known = {"SPARK_HOME": str(home), "SPARK_CONF_DIR": str(conf), "SPARK_LOCAL_IP": "127.0.0.1"}
    url = f"spark://127.0.0.1:{port}"
    master = ["master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(page)]
    worker = ["worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1500m", "--webui-port", "0"]
    with ExitStack() as stack:
        stack.enter_context(_daemon(master, folder, "master", known))
        _wait(page, 0)
        named = [[*worker, "--work-dir", str(folder / f"work{one}"), url] for one in range(WORKERS)]
        started = [stack.enter_context(_daemon(words, folder, words[-2], known)) for words in named]
        _wait(page, WORKERS)
        yield Cluster(url, known, events, started)


@contextmanager
def _daemon(words: list[str], folder: Path, name: str, known: dict[str, str]) -> Iterator[psutil.Process]:
    """Run one of Spark's own daemons as a process group; what it started ends with it."""
    called = [f"{known['SPARK_HOME']}/bin/spark-class", f"org.apache.spark.deploy.{words[0]}", *words[1:]]
    with (folder / f"{Path(name).name}.log").open("wb") as log:
        process = subprocess.Popen(called, env=os.environ | known, stdout=log, stderr=log, start_new_session=True)
        try:
            yield psutil.Process(process.pid)
        finally:
            children = psutil.Process(process.pid).children(recursive=True)
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)
            for child in psutil.wait_procs(children, 10)[1]:
                child.kill()


def _wait(page: int, workers: int) -> None:
    """Wait until the master's page tells of so many workers."""
    until = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < until:
        with contextlib.suppress(OSError, ValueError), urllib.request.urlopen(f"http://127.0.0.1:{page}/json/") as told:
            if json.load(told)["aliveworkers"] >= workers:
                return
        time.sleep(0.2)
    raise TimeoutError(f"the master did not tell of {workers} workers within {STARTED_WITHIN:g} s")
