"""The images: built from the file as it ships, looked into layer by layer, and run with a read-only root."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from verify.images import answering, following, fresh, inside
from verify.images.engine import BASE, ROOT, TARGETS, said, script
from verify.row import Row, judged, not_run, passed

LINTER = ROOT / ".venv-verify/bin/hadolint"


def check(folder: Path) -> Iterator[Row]:
    """Build, look, run."""
    yield _linted()
    if shutil.which("podman") is None or shutil.which("buildah") is None:
        yield not_run("images", "no podman and buildah here: make verify-tools")
        return
    script("tests/verify/python_slim.sh")
    yield _base()
    for target in TARGETS:
        yield _built(target)
    yield from map(inside.looked, TARGETS)
    yield following.reds()
    yield answering.answers(folder / "answering")
    yield from following.follow(folder / "following")
    yield not_run("docker build", "no docker engine here: podman and buildah build from the same file")


def _linted() -> Row:
    if not LINTER.exists():
        return not_run("docker/Dockerfile", f"no {LINTER.relative_to(ROOT)} here")
    words = (str(LINTER), "--config", "docker/hadolint.yaml", "docker/Dockerfile")
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    faults = (done.stdout + done.stderr).splitlines() or ([f"exit code {done.returncode}"] if done.returncode else [])
    return judged("docker/Dockerfile", "hadolint", faults, "no finding")


def _base() -> Row:
    made = said("image", "inspect", "--format", '{{index .Labels "telco-churn.base"}}', BASE).strip()
    whence = "made here with debootstrap: the hub cannot be reached" if made == "made-on-this-machine" else "the hub's"
    return passed(BASE, "sh tests/verify/python_slim.sh", whence)


def _built(target: str) -> Row:
    """Build one, if the one that is here is of other files."""
    if found := fresh.revision(target):
        return passed(f"docker/Dockerfile, {target}", f"sh docker/build.sh {target}, before", f"at commit {found[:12]}")
    began = time.monotonic()
    script("docker/build.sh", target)
    return passed(f"docker/Dockerfile, {target}", f"sh docker/build.sh {target}", f"{time.monotonic() - began:.0f} s")
