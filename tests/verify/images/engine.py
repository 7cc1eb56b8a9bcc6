"""Podman, as Debian has it, told how to run on small machines."""

import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
NAMES, TAG = os.environ.get("CHURN_IMAGES", "ghcr.io/telco-churn"), os.environ.get("CHURN_TAG", "dev")
BASE = "docker.io/library/python:3.11-slim"
TARGETS = ("api", "sync", "explainer", "dashboard", "monitor", "pipeline", "mlflow")
KNOWN = {
    "CONTAINERS_CONF": str(ROOT / "tests/verify/engine/containers.conf"),
    "BUILDAH_ISOLATION": "chroot",
    "ENGINE": "podman",
}
WELL_WITHIN = 240.0
"""Seconds that a start may take on a machine that does much else."""
CLOSED = (
    "--read-only",
    "--tmpfs",
    "/tmp",
    "--cap-drop",
    "ALL",
    "--security-opt",
    "no-new-privileges",
    "--memory",
    "1g",
)


def image(target: str) -> str:
    """Name an image."""
    return f"{NAMES}/{target}:{TAG}"


def said(*words: str, check: bool = True, seconds: float = 600) -> str:
    """Run podman with these words and give what it said; on another exit code than 0 raise what it complained of."""
    done = subprocess.run(
        ("podman", *words),
        env=os.environ | KNOWN,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    if check and done.returncode:
        raise RuntimeError(f"podman {' '.join(words)[:120]}: {done.stderr.strip()[-300:]}")
    return done.stdout + ("" if check else done.stderr)


def script(path: str, *words: str) -> None:
    """Run a script of the repository as a person would, and tell its end where it fails."""
    done = subprocess.run(
        ("sh", path, *words), env=os.environ | KNOWN, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{path} {' '.join(words)}: {(done.stdout + done.stderr).strip()[-400:]}")


class Container:
    """One that runs."""

    def __init__(self, target: str, number: str) -> None:
        self.target, self.number = target, number

    def well(self) -> bool:
        """Ask as an engine's health check does."""
        words = ("podman", "exec", self.number, "/app/healthy")
        return subprocess.run(words, env=os.environ | KNOWN, capture_output=True, check=False).returncode == 0

    def log(self) -> str:
        """Give its last words."""
        return said("logs", "--tail", "15", self.number, check=False)

    def writes(self, place: str) -> bool:
        """Tell whether a file can be made in a folder inside."""
        words = ("podman", "exec", self.number, "sh", "-c", f"touch {place}/probe && rm {place}/probe")
        return subprocess.run(words, env=os.environ | KNOWN, capture_output=True, check=False).returncode == 0

    def stop(self) -> tuple[float, int]:
        """Tell it to stop, and give how many seconds that took and its exit code."""
        began = time.monotonic()
        said("stop", "--time", "25", self.number)
        took = time.monotonic() - began
        return took, int(said("inspect", "--format", "{{.State.ExitCode}}", self.number))


@contextlib.contextmanager
def running(target: str, *options: str) -> Iterator[Container]:
    """Run an image with a read-only root, no capability and no way to more."""
    number = said("run", "--detach", *CLOSED, *options, image(target)).strip().splitlines()[-1]
    try:
        yield Container(target, number)
    finally:
        said("rm", "--force", "--time", "1", number, check=False)


def until(true: Callable[[], bool], seconds: float = WELL_WITHIN) -> float | None:
    """Wait for something, and give how many seconds it took; None if it never came."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if true():
            return time.monotonic() - began
        time.sleep(0.3)
    return None
