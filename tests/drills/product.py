"""The product while it is being mistreated: its worker on a socket of the drill's, sync beside it when asked."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

PATIENCE = 60.0
WORKER = (sys.executable, "-m", "churn.services.worker")
MIGRATE = (sys.executable, "-m", "churn.cli", "migrate")
SYNC = (sys.executable, "-m", "churn.cli", "sync")


class Product:
    """A worker that is started again by hand, on a door that stays open meanwhile, as the supervisor does it."""

    def __init__(self, folder: Path, **env: str) -> None:
        self.folder, self.door = folder, socket.create_server(("127.0.0.1", 0), backlog=2048)
        self.port = int(self.door.getsockname()[1])
        self.url = env.get("CHURN_DATABASE_URL", f"sqlite:///{folder}/ledger.db")
        self.env = environment(folder, CHURN_API_PORT=str(self.port), **{"CHURN_DATABASE_URL": self.url, **env})
        self.started: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self.begin()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        for process in self.started:
            if process.poll() is None:
                process.terminate()
        for process in self.started:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)
        self.door.close()

    def begin(self) -> float:
        """Start a worker, and give the seconds until it is ready."""
        self.worker = self.run(*WORKER, str(self.door.fileno()))
        return self.wait_ready()

    def wait_ready(self) -> float:
        """Wait until model and ledger are ready, and give the seconds that took."""
        began = time.perf_counter()
        while time.perf_counter() - began < PATIENCE:
            if self.worker.poll() is not None:
                raise RuntimeError(f"the product ended with {self.worker.returncode}:\n{self.said}")
            if ready(self.port).get("ledger", {}).get("ok"):
                return time.perf_counter() - began
            time.sleep(0.02)
        raise RuntimeError(f"the product was not ready within {PATIENCE:g} s:\n{self.said}")

    def run(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a process in the product's environment."""
        with (self.folder / "log").open("ab") as log:
            made = subprocess.Popen(
                words,
                env=self.env,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                pass_fds=[one for one in [self.door.fileno()] if one >= 0],
            )
        self.started.append(made)
        return made

    def kill(self) -> None:
        """End the worker as a power cut would."""
        self.worker.send_signal(signal.SIGKILL)
        self.worker.wait(10)

    @property
    def said(self) -> str:
        """Give the end of what the processes said."""
        return (self.folder / "log").read_text()[-2000:]

    @property
    def unique_mb(self) -> float:
        """Give the memory of the worker that it shares with nobody."""
        return float(psutil.Process(self.worker.pid).memory_full_info().uss / 2**20)


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """Spell an environment that keeps everything in a folder."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("CHURN_", "MLFLOW_"))}
    places = {
        "CHURN_BUNDLE_DIR": f"{folder}/bundle",
        "CHURN_KEYS_FILE": f"{folder}/keys.json",
        "CHURN_LOCK_DIR": str(folder),
        "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "CHURN_SYNC_SECONDS": "0.2",
        "CHURN_USER": "drill",
        "OMP_NUM_THREADS": "1",
    }
    return clean | places | changes


def ready(port: int) -> dict[str, Any]:
    """Ask /ready; an empty dict when it is not."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=10) as said:
            return dict(json.load(said))
    except (OSError, ValueError):
        return {}
