"""docker/publish.sh against a real registry on loopback: what it tells is what the registry holds."""

import contextlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

import serving
from verify.row import Row, judged, not_run

ROOT = Path(__file__).parents[2]
TARGETS = ("api", "sync", "explainer", "dashboard", "monitor", "mlflow", "pipeline")
ENGINE = ROOT / "tests/verify/engine/containers.conf"
MANIFESTS = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"
RAN = "`docker/publish.sh` by podman into Debian's docker-registry; images of one small file stand for ours"


def published(folder: Path) -> Row:
    """Push seven small images, and compare each digest with the registry's own."""
    missing = [name for name in ("podman", "docker-registry") if not shutil.which(name)]
    if missing:
        return not_run("docker/publish.sh", f"{' and '.join(missing)} not installed here")
    with _registry(folder) as address:
        env = _env(folder, address)
        _build(folder, env)
        done = subprocess.run(
            ["sh", "docker/publish.sh", folder / "digests.txt"],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            return judged("docker/publish.sh", RAN, [done.stderr[-400:]])
        told = json.loads(done.stdout)
        faults = [f"{name}: told {told.get(name)}, held {held}" for name in TARGETS
                  if (held := _held(address, name)) != told.get(name)]  # fmt: skip
    lines = (folder / "digests.txt").read_text().split()
    faults += (
        [] if lines == [part for name in TARGETS for part in _line(name, told, env)] else [f"the file says {lines}"]
    )
    faults += [] if f"digests={done.stdout}" in (folder / "output").read_text() else ["the workflow is told otherwise"]
    return judged("docker/publish.sh", RAN, faults, f"{len(told)} digests, each the registry's own")


def _line(name: str, told: dict[str, str], env: dict[str, str]) -> tuple[str, str]:
    return told[name].removeprefix("sha256:"), f"{env['CHURN_IMAGES']}/{name}"


@contextlib.contextmanager
def _registry(folder: Path) -> Iterator[str]:
    address = f"127.0.0.1:{serving.free_port()}"
    config = {
        "version": 0.1,
        "storage": {"filesystem": {"rootdirectory": str(folder / "kept")}},
        "http": {"addr": address},
    }
    (folder / "registry.yml").write_text(json.dumps(config))
    with (folder / "registry.log").open("wb") as log:
        running = subprocess.Popen(["docker-registry", "serve", folder / "registry.yml"], stdout=log, stderr=log)
    try:
        serving.wait_ready(f"http://{address}", running, path="/v2/")
        yield address
    finally:
        running.terminate()
        running.wait(10)


def _env(folder: Path, address: str) -> dict[str, str]:
    """Give an engine of its own: nothing of it is left among this machine's images."""
    ours = {
        "ENGINE": "podman", "CHURN_IMAGES": f"{address}/telco-churn", "CHURN_TAG": "tried",
        "CHURN_PUSH_OPTIONS": "--tls-verify=false", "GITHUB_OUTPUT": str(folder / "output"),
        "CONTAINERS_CONF": str(ENGINE), "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
        "REGISTRY_TOKEN": "",
    }  # fmt: skip
    places = f'graphroot = "{folder}/images"\nrunroot = "{folder}/run"\n'
    (folder / "storage.conf").write_text(f'[storage]\ndriver = "vfs"\n{places}')
    return os.environ | ours


def _build(folder: Path, env: dict[str, str]) -> None:
    for name in TARGETS:
        (folder / "name").write_text(f"{name} {time.time()}\n")
        (folder / "Dockerfile").write_text("FROM scratch\nCOPY name /name\n")
        words = [
            "podman",
            "build",
            "-q",
            "-f",
            folder / "Dockerfile",
            "-t",
            f"{env['CHURN_IMAGES']}/{name}:tried",
            folder,
        ]
        subprocess.run(words, env=env, check=True, capture_output=True)


def _held(address: str, name: str) -> str:
    place = f"http://{address}/v2/telco-churn/{name}/manifests/tried"
    return httpx.head(place, headers={"Accept": MANIFESTS}).headers.get("docker-content-digest", "nothing")
