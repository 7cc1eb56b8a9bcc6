"""The pods of overlay dev, run by podman from what kustomize renders: probes, jobs, and a customer through the edge."""

import base64
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from churn import contract
from churn.stores.raw_table import read_raw
from churn.table import typed
from verify.cluster import kept_apart, probed
from verify.cluster.played import Played, address, playing
from verify.cluster.rendered import read, text
from verify.images import places
from verify.images.engine import ROOT
from verify.row import Result, Row, judged, not_run

LONG_LIVED = ("postgres", "storage", "mlflow", "api", "dashboard", "nginx")
STORES = {
    "CHURN_DATABASE_URL": "postgresql+psycopg://churn:c@postgres:5432/churn",
    "MLFLOW_BACKEND_STORE_URI": "postgresql+psycopg://mlflow:m@postgres:5432/mlflow",
}
USER, PASSWORD = "mlflow", "a password of the check"
TABLE, JOB_WITHIN = "CHURN_RAW_CSV", 600.0
RAN = "podman kube play of the rendered pods: read-only roots, uid 10001, no capability"


def check(folder: Path) -> Iterator[Row]:
    """Run them, ask their probes, and ask what they are for."""
    objects = read(text("dev"))
    pods = {pod.name: pod for pod in objects.pods()}
    missing = {
        one["image"] for name in (*LONG_LIVED, "migrate", "monitor") for one in pods[name].containers if _lacks(one)
    }
    if missing:
        yield not_run(
            "k8s pods", f"checks images and compose make {', '.join(sorted(missing))}; they were not run here"
        )
        return
    key = _key(folder / "made_keys.json")
    secrets = kept_apart.written(folder, "telco-churn-dev", **kept_apart.DEV, **STORES, **_files(folder))
    with playing(folder, objects, secrets) as played:
        started = _started(played)
        yield started
        if started.result is Result.PASSED:  # nobody is behind the edge otherwise
            yield _edge(key)
            yield from _jobs(played)


def _lacks(one: dict[str, str]) -> bool:
    words = ("podman", "image", "exists", one["image"])
    return subprocess.run(words, capture_output=True, check=False).returncode != 0


def _key(file: Path) -> str:
    """Make a key as an operator does, and give it."""
    words = (str(ROOT / ".venv/bin/churn"), "keys", "add", "crm", "--scope", "predict")
    env = os.environ | {"CHURN_KEYS_FILE": str(file)}
    return subprocess.run(words, env=env, check=True, capture_output=True, text=True).stdout.split()[-1]


def _files(folder: Path) -> dict[str, str]:
    words = ("openssl", "passwd", "-6", PASSWORD)
    hashed = subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
    (folder / "mlflow_users").write_text(f"{USER}:{hashed}\n")
    return {"CHURN_KEYS": str(folder / "made_keys.json"), "MLFLOW_USERS": str(folder / "mlflow_users")}


def _started(played: Played) -> Row:
    """Start one after the other what one needs of the other, and wait for every probe."""
    began, faults, count = time.monotonic(), [], 0
    places.bundle(_state(played))
    for name in ("postgres", "storage", "bucket", "migrate", "mlflow", "api", "dashboard", "nginx"):
        if not faults:
            pod = played.play(name)
            faults += probed.asked(pod) if name in LONG_LIVED else probed.ended(pod)
            count += len(probed.probes(pod))
    took = time.monotonic() - began
    words = f"{count} probes pass, asked as a kubelet asks; jobs migrate and bucket end well; {took:.0f} s"
    return judged("k8s pods of overlay dev", RAN, faults, words)


def _state(played: Played) -> Path:
    """Give the API's volume, where a model waits already: nobody trains here."""
    place = played.state("api") / "state"
    place.mkdir(parents=True)
    return place


def _edge(key: str) -> Row:
    """Ask through nginx's pod, as behind an Ingress."""
    base, faults = f"http://{address('nginx')}:8080", []
    known = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    with httpx.Client(base_url=base, headers={"X-Forwarded-Proto": "https"}, timeout=60) as asked:
        told = asked.post("/api/predict", json=dict(contract.EXAMPLE), headers={"X-API-Key": key})
        if told.status_code != 200:
            faults.append(f"a customer was answered {told.status_code}: {told.text[:200]}")
        where = f"/api/predictions/{told.json().get('prediction_id')}" if told.is_success else "/api/health"
        expected = {
            (where, ("X-API-Key", key)): {200},
            ("/api/portfolio", ("X-None", "1")): {401},
            ("/api/metrics", ("X-API-Key", key)): {403, 404},
            ("/dashboard/", ("X-None", "1")): {200},
            ("/mlflow/", ("X-None", "1")): {401},
            ("/mlflow/", ("Authorization", f"Basic {known}")): {200},
        }
        faults += [f"{path} with {header[0]} is answered {status}" for (path, header), wanted in expected.items()
                   if (status := asked.get(path, headers=dict([header])).status_code) not in wanted]  # fmt: skip
    seen = "scored with a key, found again in PostgreSQL; without a key 401; /metrics refused; MLflow by password"
    return judged("k8s pods: through nginx's pod", "POST /api/predict and six more", faults, seen)


def _jobs(played: Played) -> Iterator[Row]:
    """Train, score a file by what was trained, watch, and draw what was watched: each by its own job."""
    table = os.environ.get(TABLE)
    if not table:
        yield _ended(played, "monitor", "decision: ")
        yield not_run("k8s jobs pipeline, batch, drift", f"{TABLE} names no raw table here, and no download is reached")
        return
    shutil.copy(table, played.laid("pipeline", "work/table.csv"))
    yield _ended(played, "pipeline", "version 1 is @champion", CHURN_RAW_CSV="/var/lib/churn/table.csv")
    customers = typed(read_raw(Path(table)))
    customers.to_parquet(played.laid("batch", "batch/in/customers.parquet"))
    yield _ended(played, "batch", f"{len(customers):,}")
    yield _ended(played, "monitor", "decision: ")
    yield _ended(played, "drift", "logged with version 1")


def _ended(played: Played, name: str, told: str, **more: str) -> Row:
    """Run a job to its end; what it says last tells that it did its work."""
    pod = played.play(name, **more)
    faults = probed.ended(pod, JOB_WITHIN)
    words = probed.words(pod)
    faults += [] if told in words or faults else [f"it ended well, and did not say {told!r}: {words}"]
    return judged(f"k8s job {name}", RAN, faults, words[-160:])
