"""Security: each scan is run on what ships, and once on something broken, for a scan that sees nothing is none."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from churn.services.checks import packages
from verify.row import Row, failed, judged, not_run, passed

ROOT = Path(__file__).parents[3]
BIN = Path(sys.executable).parent
CHECKOV = ROOT / ".venv-verify" / "bin" / "checkov"
CODE = ("src", "scripts", "train_with_mlflow.py")
UNSAFE = "import pickle, subprocess\npickle.loads(b'')\nsubprocess.run(input(), shell=True)\n"
LEAKED = 'KEY = "{}"\n'.format("AKIA" + "IOSFODNN7EXAMPLF")
ROOTED = "FROM debian\nRUN curl http://example.com | sh\nADD http://example.com/x /x\nEXPOSE 22\nUSER root\n"


def check(folder: Path) -> Iterator[Row]:
    """Scan code, secrets, packages, images and workflows."""
    yield _code(folder)
    yield _secrets(folder)
    yield _packages()
    yield _recipes(folder)


def _code(folder: Path) -> Row:
    (folder / "unsafe.py").write_text(UNSAFE)
    bandit = [BIN / "bandit", "-q", "-c", "pyproject.toml", "-r"]
    found, planted = _run(*bandit, *CODE), _run(*bandit, folder / "unsafe.py")
    faults = [found.stdout[-600:]] if found.returncode else []
    faults += [] if planted.returncode else ["bandit passes a shell that runs what is typed"]
    lines = sum(len(path.read_text().splitlines()) for name in CODE for path in _python(ROOT / name))
    return judged(
        "the code", "`bandit`, and once on planted faults", faults, f"{lines:,} lines, nothing found; the planted seen"
    )


def _python(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def _secrets(folder: Path) -> Row:
    tracked = _run("git", "ls-files").stdout.splitlines()
    found = _run("make", "-s", "-o", ".venv/.check", "secrets")
    (folder / "leaked.py").write_text(LEAKED)
    planted = _run(BIN / "detect-secrets-hook", folder / "leaked.py")
    faults = [found.stdout[-600:] + found.stderr[-300:]] if found.returncode else []
    faults += [] if planted.returncode else ["detect-secrets passes a cloud key"]
    return judged(
        "what git tracks", "`make secrets` (detect-secrets), and once on a planted key", faults,
        f"{len(tracked)} files, no secret; the planted seen",
    )  # fmt: skip


def _packages() -> Row:
    """Audit the lock; where no advisory can be had, that is no pass."""
    lock = ROOT / "requirements.txt"
    try:
        return passed("requirements.txt", "`make audit` (pip-audit)", packages.audit(lock))
    except packages.Unsafe as fault:
        if "could not run" in str(fault):
            return not_run(
                "requirements.txt: known faults", f"could not audit: {str(fault)[:200]}; `make audit` fails here, too"
            )
        return failed("requirements.txt", "`make audit` (pip-audit)", str(fault))


def _recipes(folder: Path) -> Row:
    """Hold Dockerfile and workflows to a policy scanner's rules; the manifests are verify-kubernetes's."""
    if not CHECKOV.is_file():
        return not_run(
            "Dockerfile and workflows: policy",
            f"{CHECKOV.relative_to(ROOT)} is not here; make verify-kubernetes makes it",
        )
    shutil.copytree(ROOT / ".github", folder / "ours" / ".github")
    shutil.copy2(ROOT / "docker/Dockerfile", folder / "ours")
    (folder / "theirs").mkdir()
    (folder / "theirs" / "Dockerfile").write_text(ROOTED)
    found, planted = (_checkov(folder / name) for name in ("ours", "theirs"))
    faults = [line for line in found.stdout.splitlines() if "FAILED for" in line or line.startswith("Check:")][:12]
    faults = faults or ([found.stderr[-300:] or found.stdout[-300:]] if found.returncode else [])
    faults += [] if planted.returncode else ["checkov passes an image of root"]
    held = sum(map(int, re.findall(r"Passed checks: (\d+)", found.stdout)))
    faults += [] if held > 100 else [f"checkov looked at {held} things only"]
    return judged("Dockerfile and workflows", "`checkov`, and once on a bad Dockerfile", faults, f"{held} rules held")


def _checkov(folder: Path) -> "subprocess.CompletedProcess[str]":
    words = ("--directory", folder, "--framework", "dockerfile", "github_actions", "--compact", "--quiet")
    return _run(CHECKOV, *words, "--skip-download", "--skip-check", ",".join(EXCEPTED))


EXCEPTED = {
    "CKV_DOCKER_2": "compose and the manifests say when to probe; the probe itself is in every image",
    "CKV_GHA_7": "a person who starts a workflow says whether to retrain and why; neither reaches what is built",
}
"""Rules that do not hold here, and why."""


def _run(*words: object) -> "subprocess.CompletedProcess[str]":
    env = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run([str(one) for one in words], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
