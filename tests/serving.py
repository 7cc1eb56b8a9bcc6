"""The service in the tests: a bundle of a small real model, a real ledger, the app in process or behind uvicorn."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from churn import contract
from churn.services.api.app import build
from churn.services.api.state import State
from churn.settings import Settings
from churn.stores import bundle

if TYPE_CHECKING:
    from churn.steps.train.train import Trained

CUSTOMER = {**contract.EXAMPLE}
STARTED_WITHIN = 60.0


def customer(**changes: Any) -> dict[str, Any]:
    """Give a valid customer, changed."""
    return {**CUSTOMER, **changes}


def bundled(root: Path, trained: "Trained | None" = None, version: int = 1, model: str = "telco-churn") -> Path:
    """Put a trained model where workers look, as sync does."""
    import models

    chosen = trained or models.model()
    manifest = {
        "model": model, "version": version, "digest": chosen.metadata["digest"], "run": "a1b2c3", "tags": {},
        "family": chosen.metadata["family"], "metrics": {"test_roc_auc": 0.8}, "gate": None, "promotion": None,
        "fetched_at": "2026-05-01T08:00:00Z", "store": "sqlite:///mlflow.db",
    }  # fmt: skip
    bundle.write(root, version, {"model.onnx": chosen.model}, manifest)
    bundle.point(root, version)
    return root


def settings(folder: Path, **changes: Any) -> Settings:
    """Give settings that keep everything in a folder."""
    places = {
        "CHURN_BUNDLE_DIR": folder / "bundle",
        "CHURN_DATABASE_URL": f"sqlite:///{folder}/ledger.db",
        "CHURN_KEYS_FILE": folder / "keys.json",
        "CHURN_LOCK_DIR": folder,
        "CHURN_USER": "tester",
    }
    return Settings(_env_file=None, **(places | changes))


@contextlib.asynccontextmanager
async def opened(known: State, **options: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Open the app in process, its lifespan run, and give a client that calls it as this machine would."""
    door = build(known)
    inbox: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    outbox: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    await inbox.put({"type": "lifespan.startup"})
    life = asyncio.create_task(door({"type": "lifespan", "asgi": {"version": "3.0"}}, inbox.get, outbox.put))
    assert (await outbox.get())["type"] == "lifespan.startup.complete"
    try:
        until = time.monotonic() + STARTED_WITHIN
        while not known.ledger.state["ok"] and time.monotonic() < until:
            await asyncio.sleep(0.01)
        transport = httpx.ASGITransport(door, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", **options) as client:
            yield client
    finally:
        await inbox.put({"type": "lifespan.shutdown"})
        await asyncio.wait_for(life, STARTED_WITHIN)


async def told(api: httpx.AsyncClient, path: str, status: int = 200) -> Any:
    """Ask for an address that is to answer with a status, and give its JSON."""
    answer = await api.get(path)
    assert answer.status_code == status, answer.text
    return answer.json()


def free_port() -> int:
    """Find a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """Spell the same places for another process."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("CHURN_", "MLFLOW_"))}
    places = {
        "CHURN_BUNDLE_DIR": f"{folder}/bundle",
        "CHURN_DATABASE_URL": f"sqlite:///{folder}/ledger.db",
        "CHURN_KEYS_FILE": f"{folder}/keys.json",
        "CHURN_LOCK_DIR": str(folder),
        "OMP_NUM_THREADS": "1",
    }
    return clean | places | changes


@contextlib.contextmanager
def running(folder: Path, port: int | None = None, workers: int = 1, **env: str) -> Iterator[str]:
    """Run the service behind a real uvicorn in a process of its own, ready when this gives its address."""
    at = port or free_port()
    words = [
        "churn.services.api.app:create",
        "--factory",
        "--port",
        str(at),
        "--no-access-log",
        "--workers",
        str(workers),
    ]
    known = environment(folder, CHURN_API_PORT=str(at), **env)
    with (folder / "api.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", *words], cwd=folder, env=known, stderr=log, stdout=log
        )
        try:
            wait_ready(f"http://127.0.0.1:{at}", process)
            yield f"http://127.0.0.1:{at}"
        finally:
            process.terminate()
            process.wait(STARTED_WITHIN)


def wait_ready(
    url: str, process: subprocess.Popen[bytes], within: float = STARTED_WITHIN, path: str = "/ready"
) -> None:
    """Wait until the service answers that it is ready, or fail with its exit."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        assert process.poll() is None, f"the service ended with {process.returncode}"
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{url}{path}").status_code == 200:
                return
        time.sleep(0.05)
    raise AssertionError(f"{url} did not get ready within {within:g} s")
