"""`churn api` and `churn serve` as a person runs them: one command, many processes, none left behind."""

import contextlib
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest

import serving
from churn.services.api import keys

ROOT = Path(__file__).parents[2]
AWAY = {"MLFLOW_TRACKING_URI": "http://127.0.0.1:9"}


@pytest.fixture
def place(tmp_path):
    """Give a folder as a person has it, with a bundle of the last good model."""
    shutil.copy2(ROOT / "params.yaml", tmp_path)
    serving.bundled(tmp_path / "bundle")
    return tmp_path


class Started:
    """A `churn` command that runs, and its processes."""

    def __init__(self, place, *words, **env):
        self.port, self.log = serving.free_port(), place / "serve.log"
        known = serving.environment(place, CHURN_API_PORT=str(self.port), **(AWAY | env))
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "churn.cli", *words], cwd=place, env=known, stdout=log, stderr=log
            )
        self.me, self.began = psutil.Process(self.process.pid), time.monotonic()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self):
        return self.log.read_text()

    def ready(self, seconds=30.0):
        """Wait until customers are answered, and give the seconds since the start."""
        until(lambda: self.answers("/ready") == 200, seconds)
        return time.monotonic() - self.began

    def answers(self, path):
        assert self.process.poll() is None, self.said
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(self.url + path, timeout=5).status_code
        return None

    def children(self, word=""):
        return [one for one in self.me.children(recursive=True) if word in command(one)]

    def stop(self, number=signal.SIGTERM, seconds=14.0):
        """Send a signal, and give the exit code; nothing may be left after `seconds`."""
        family = self.children()
        self.process.send_signal(number)
        code = self.process.wait(seconds)
        _, left = psutil.wait_procs(family, seconds)
        assert left == [], self.said
        return code


def command(process):
    with contextlib.suppress(psutil.NoSuchProcess):  # a zombie, too
        return " ".join(process.cmdline())
    return ""


def until(holds, seconds=30.0):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def start(place):
    begun = []

    def start(*words, **env):
        begun.append(Started(place, *words, **env))
        return begun[-1]

    yield start
    for one in begun:
        for process in (*one.children(), one.me) if one.me.is_running() else ():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        one.process.wait(10)


def refused(place, *words, **env):
    """Run a command that must not start, and give what it said."""
    known = serving.environment(place, **(AWAY | env))
    words = [sys.executable, "-m", "churn.cli", *words]
    done = subprocess.run(words, cwd=place, env=known, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_the_last_good_model_is_served_while_the_registry_is_away_and_it_is_said(start, place):
    api = start("api")
    api.ready()
    (worker,) = api.children("services.worker")
    used = [sum(one.cpu_times()[:2]) for one in (api.me, worker)]
    assert sum(used) < 4, "ready two seconds after the start; on a shared machine only its own work tells"
    answer = httpx.post(f"{api.url}/predict", json=serving.customer()).json()
    assert answer["model_version"] == 1
    until(lambda: "away since" in httpx.get(f"{api.url}/ready").json()["registry"]["words"])
    assert httpx.get(f"{api.url}/ready").json()["status"] == "degraded"
    until(lambda: f"API        {api.url}" in api.said)
    assert api.stop() == 0
    assert "Traceback" not in api.said


def test_a_worker_that_is_killed_is_replaced_and_nobody_is_turned_away(start):
    api = start("api")
    api.ready()
    (worker,) = api.children("services.worker")
    worker.kill()
    began = time.monotonic()
    assert httpx.get(f"{api.url}/health", timeout=10).status_code == 200
    assert time.monotonic() - began < 8
    assert "API worker 1 ended (signal 9)" in api.said
    assert api.stop(signal.SIGINT) == 0


def test_a_sync_that_is_killed_is_replaced(start):
    api = start("api")
    api.ready()
    (sync,) = api.children("churn.cli sync")
    assert sync.nice() == 10  # customers' answers come first
    sync.kill()
    until(lambda: [one.pid for one in api.children("churn.cli sync")] not in ([], [sync.pid]))
    assert "sync ended (signal 9)" in api.said


def test_nothing_outlives_a_supervisor_that_is_killed(start):
    api = start("api")
    api.ready()
    assert api.stop(signal.SIGKILL) == -signal.SIGKILL


def test_several_workers_keep_their_figures_in_a_folder_that_goes_with_them(start):
    api = start("api", CHURN_API_WORKERS="2")
    api.ready()
    until(lambda: len(api.children("services.worker")) == 2)
    folders = {one.environ()["PROMETHEUS_MULTIPROC_DIR"] for one in api.children("services.worker")}
    assert len(folders) == 1
    assert {one.environ()["OMP_NUM_THREADS"] for one in api.children("services.worker")} == {"1"}
    assert "churn_requests_total" in httpx.get(f"{api.url}/metrics").text
    until(lambda: httpx.get(f"{api.url}/monitoring/service").json()["workers"] == 2)
    api.stop()
    assert not Path(folders.pop()).exists()


def test_what_was_accepted_is_finished(start):
    api = start("api")
    api.ready()
    with socket.create_connection(("127.0.0.1", api.port)) as slow:
        body = httpx.Request("POST", api.url, json=serving.customer()).content
        lines = (
            "POST /predict HTTP/1.1",
            "Host: 127.0.0.1",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
        )
        head = "\r\n".join((*lines, "", ""))
        slow.sendall(head.encode() + body[:20])
        time.sleep(0.3)
        api.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        slow.sendall(body[20:])
        assert slow.recv(100).startswith(b"HTTP/1.1 200")
    assert api.process.wait(14) == 0


def test_without_a_champion_it_is_said_what_to_do(tmp_path):
    shutil.copy2(ROOT / "params.yaml", tmp_path)
    began = time.monotonic()
    said = refused(
        tmp_path, "api", MLFLOW_TRACKING_URI=f"sqlite:///{tmp_path}/mlflow.db", CHURN_API_PORT=str(serving.free_port())
    )
    assert "make pipeline" in said
    assert time.monotonic() - began < 45
    assert not (tmp_path / "mlflow.db").exists()


def test_without_sync_workers_wait_for_a_model_that_somebody_else_brings(tmp_path, start):
    (tmp_path / "bundle").rename(tmp_path / "elsewhere")
    api = start("api", "--no-sync")
    until(lambda: api.answers("/ready") == 503)
    assert api.children("churn.cli sync") == []
    (tmp_path / "elsewhere").rename(tmp_path / "bundle")
    api.ready()


def test_a_port_in_use_is_said_plainly(place):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert f"cannot listen on 127.0.0.1:{port}: Address already in use" in refused(
            place, "api", CHURN_API_PORT=port
        )
        said = refused(place, "serve", "--dashboard-port", port, CHURN_API_PORT=str(serving.free_port()))
        assert "--dashboard-port" in said


def test_other_machines_are_let_in_only_with_keys(place, start):
    open_door = {"CHURN_API_HOST": "0.0.0.0", "CHURN_API_PORT": str(serving.free_port())}
    assert "churn keys add" in refused(place, "api", **open_door)
    key = keys.add(place / "keys.json", "shop", ["predict"])
    api = start("api", CHURN_API_HOST="0.0.0.0")
    api.ready()
    asked = {"url": f"{api.url}/predict", "json": serving.customer()}
    assert httpx.post(**asked).status_code == 401
    assert httpx.post(**asked, headers={"Authorization": f"Bearer {key}"}).status_code == 200


def test_serve_shows_the_dashboard_and_mlflow_too_and_ends_them_all(start, place):
    pages = [serving.free_port(), serving.free_port()]
    store = f"sqlite:///{place}/mlflow.db"
    words = ["serve", "--dashboard-port", str(pages[0]), "--mlflow-port", str(pages[1])]
    everything = start(*words, MLFLOW_TRACKING_URI=store)
    for page in pages:
        until(lambda page=page: f"http://127.0.0.1:{page}" in everything.said, 90)
    assert httpx.get(f"http://127.0.0.1:{pages[0]}").status_code == 200
    assert httpx.get(f"http://127.0.0.1:{pages[1]}").status_code == 200
    assert everything.stop(signal.SIGINT) == 0


def test_a_server_of_mlflows_own_is_named_and_not_started_again(start):
    everything = start("serve", "--dashboard-port", str(serving.free_port()))
    everything.ready()
    assert "MLflow     http://127.0.0.1:9 (its own server)" in everything.said
    assert everything.children("mlflow server") == []
