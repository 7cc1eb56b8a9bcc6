"""What stands behind nginx, really: the API as its image runs it, the dashboard, MLflow's server."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

import serving
from churn import contract
from churn.services import pages
from churn.services.api import keys

ROOT = Path(__file__).parents[3]
WITHIN = 150.0
FAST = 100_000.0
"""Requests a second of the key: what is tried here is the edge's limit."""


def place(folder: Path) -> str:
    """Make a folder with a model to serve and a key; give the key."""
    serving.bundled(folder / "bundle")
    shutil.copy2(ROOT / "params.yaml", folder)
    return keys.add(folder / "keys.json", "edge", ["predict", "feedback", "admin"], FAST)


@contextmanager
def api(folder: Path, workers: int = 1, **env: str) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Run `churn api --no-sync`; give its address and process. Not waited for: see `ready`."""
    port = str(serving.free_port())
    known = serving.environment(folder, CHURN_API_PORT=port, CHURN_API_WORKERS=str(workers), **env)
    command = [sys.executable, "-m", "churn.cli", "api", "--no-sync"]
    with running(command, folder, known, f"api-{port}") as process:
        yield f"127.0.0.1:{port}", process


@contextmanager
def dashboard(folder: Path) -> Iterator[str]:
    """Run the dashboard below /dashboard; give its address."""
    port = serving.free_port()
    options = {**pages.STREAMLIT, "server.port": port, "server.baseUrlPath": "dashboard"}
    command = [sys.executable, "-m", "streamlit", "run", str(pages.DASHBOARD)]
    command += [f"--{name}={value}" for name, value in options.items()]
    with running(command, folder, serving.environment(folder), "dashboard"):
        yield f"127.0.0.1:{port}"


@contextmanager
def mlflow(folder: Path) -> Iterator[str]:
    """Run MLflow's server over an empty store, which knows itself as mlflow:5000 alone; give its address."""
    port = str(serving.free_port())
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", port, "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--allowed-hosts", "mlflow:5000"]
    binaries = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    with running(command, folder, serving.environment(folder) | pages.MLFLOW | {"PATH": binaries}, "mlflow"):
        yield f"127.0.0.1:{port}"


@contextmanager
def running(command: list[str], folder: Path, env: Mapping[str, str], name: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a command in a process group of its own, and leave nothing of it."""
    with (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=dict(env), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield process
    finally:
        for sign, patience in ((signal.SIGTERM, 12), (signal.SIGKILL, 5)):
            with suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.killpg(process.pid, sign)
                process.wait(patience)


def ready(*urls: str, within: float = WITHIN) -> None:
    """Wait until each address answers 200."""
    until = time.monotonic() + within
    waiting = list(urls)
    while waiting:
        if time.monotonic() > until:
            raise RuntimeError(f"{', '.join(waiting)}: no answer within {within:g} s")
        with suppress(httpx.TransportError):
            if httpx.get(
                waiting[0], headers={"host": "mlflow:5000"} if waiting[0].endswith("/health") else {}
            ).is_success:
                waiting.pop(0)
                continue
        time.sleep(0.1)


def customers() -> list[dict[str, object]]:
    """Give some customers to ask about, who have no id yet."""
    made = [serving.customer(tenure=months, TotalCharges=70.0 * months) for months in range(1, 60)]
    return [{name: cell for name, cell in one.items() if name != contract.ID} for one in made]
