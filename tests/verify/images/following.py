"""The images around a registry: MLflow's server, sync, monitor, dashboard, and the pipeline's first stages."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx

from serving import free_port
from verify.images import places
from verify.images.answering import closed
from verify.images.engine import TARGETS, Container, running, said, until
from verify.row import Row, judged

STORE = "sqlite:////var/lib/churn/mlflow.db"
"""In place of PostgreSQL, which the check of the whole stack brings."""
INTERRUPTED = 130
STAGES = ("ingest", "prepare", "validate")


def follow(folder: Path) -> Iterator[Row]:
    """Run a registry, and what lives on it, in one network."""
    state = places.volume(folder / "mlflow")
    known = ("MLFLOW_BACKEND_STORE_URI=" + STORE, "MLFLOW_ARTIFACTS_DESTINATION=/var/lib/churn/artifacts")
    port = free_port()
    with running(
        "mlflow", "--volume", f"{state}:/var/lib/churn", "--publish", f"127.0.0.1:{port}:5000",
        "--env", "MLFLOW_SERVER_ALLOWED_HOSTS=mlflow:5000,127.0.0.1:5000", *_env(known),
    ) as mlflow:  # fmt: skip
        took = until(mlflow.well)
        if took is None:
            yield judged("image mlflow", "run", ["not well in time", mlflow.log()])
            return
        beside = ("--network", f"container:{mlflow.number}", *_env(("MLFLOW_TRACKING_URI=http://127.0.0.1:5000",)))
        yield _sync(folder / "sync", beside)
        yield _monitor(folder / "monitor", beside)
        yield _dashboard(folder / "dashboard")
        yield _pipeline(folder / "pipeline", beside)
        yield _mlflow(mlflow, port, took)


def reds() -> Row:
    """See every health check go red where nothing runs."""
    lies = []
    for target in TARGETS:
        with running(
            target, *_env(("MLFLOW_TRACKING_URI=http://127.0.0.1:9",)), "--entrypoint", '["sleep", "60"]'
        ) as one:
            if one.well():
                lies.append(f"{target} calls itself well while nothing runs")
    return judged(
        "health checks", "/app/healthy of each image, in a container where nothing runs", lies, f"{len(TARGETS)} say no"
    )


def _env(pairs: tuple[str, ...]) -> list[str]:
    return [word for pair in pairs for word in ("--env", pair)]


def _mlflow(mlflow: Container, port: int, took: float) -> Row:
    page = "/api/2.0/mlflow/experiments/search?max_results=1"
    by = {host: _status(port, page, host) for host in ("mlflow:5000", "evil.example")}
    faults = [] if by == {"mlflow:5000": 200, "evil.example": 403} else [f"by the Host asked for: {by}"]
    words = f"well after {took:.1f} s; 200 to its own name, 403 to another's"
    return judged(
        "image mlflow", "podman run --read-only; asked by its name and by another", [*faults, *closed(mlflow)], words
    )


def _status(port: int, page: str, host: str) -> int:
    return httpx.get(f"http://127.0.0.1:{port}{page}", headers={"Host": host}, timeout=20).status_code


def _sync(folder: Path, beside: tuple[str, ...]) -> Row:
    """An empty registry is no fault of sync's."""
    state = places.volume(folder)
    with running("sync", "--volume", f"{state}:/var/lib/churn", *beside) as one:
        took = until(one.well)
        if took is None:
            return judged("image sync", "run", ["not well in time", one.log()])
        words = f"well {took:.1f} s after its start, over an empty registry"
        return judged(
            "image sync", "podman run --read-only, following a real MLflow server over HTTP", closed(one), words
        )


def _monitor(folder: Path, beside: tuple[str, ...]) -> Row:
    state = places.volume(folder)
    places.migrate(state)
    ledger = _env((f"CHURN_DATABASE_URL={places.LEDGER}",))
    with running("monitor", "--volume", f"{state}:/var/lib/churn", *beside, *ledger) as one:
        took = until(one.well)
        if took is None:
            return judged("image monitor", "run", ["not well in time", one.log()])
        until(lambda: "the next turn" in one.log() or "error:" in one.log(), 40)
        words = f"well {took:.1f} s after its start; it says: {one.log().strip().splitlines()[-1][:120]}"
        return judged(
            "image monitor", "podman run --read-only, over a migrated ledger", closed(one, INTERRUPTED), words
        )


def _dashboard(folder: Path) -> Row:
    state, port = places.volume(folder), free_port()
    options = ("--volume", f"{state}:/var/lib/churn", "--publish", f"127.0.0.1:{port}:8501")
    with running("dashboard", *options, *_env(("CHURN_API_URL=http://127.0.0.1:9",))) as one:
        took = until(one.well)
        if took is None:
            return judged("image dashboard", "run", ["not well in time", one.log()])
        page = httpx.get(f"http://127.0.0.1:{port}/dashboard/", timeout=20)
        faults = (
            [] if page.status_code == 200 and "streamlit" in page.text.lower() else [f"its page: {page.status_code}"]
        )
        words = f"well after {took:.1f} s; its page answers below /dashboard"
        return judged("image dashboard", "podman run --read-only; GET /dashboard/", [*faults, *closed(one)], words)


def _pipeline(folder: Path, beside: tuple[str, ...]) -> Row:
    """The first stages alone; the whole run into a registry is the check of the stack."""
    state = places.volume(folder / "state")
    raw = _raw()
    source = ("--volume", f"{raw}:/run/raw.csv:ro", *_env(("CHURN_RAW_CSV=/run/raw.csv",))) if raw else ()
    options = ("--volume", f"{state}:/var/lib/churn", *beside, *source)
    with ExitStack() as stack:
        one = stack.enter_context(running("pipeline", *options, "--entrypoint", '["/app/run-pipeline", "validate"]'))
        ended = said("wait", one.number, seconds=300).strip()
        made = sorted(path.name for path in (state / "work/data").rglob("*.parquet"))
        faults = [] if ended == "0" and "train.parquet" in made else [f"ended with {ended}", one.log()]
        return judged(
            "image pipeline", "podman run --read-only, run-pipeline validate", faults, f"made {', '.join(made)}"
        )


def _raw() -> str | None:
    """The raw table of this machine, where the environment names one; without it the stage downloads."""
    return os.environ.get("CHURN_RAW_CSV")
