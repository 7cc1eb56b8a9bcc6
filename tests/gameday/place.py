"""The house of the game day: a clone of the repository with a registry, a ledger and a remote of its own."""

import contextlib
import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from churn.services.reaper import Reaper
from serving import free_port, wait_ready
from simulate.population import RAW, ROOT

QUIET = {"DVC_NO_ANALYTICS": "1", "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "1", "OMP_NUM_THREADS": "1"}
OURS = ("CHURN_", "MLFLOW_", "DVC_", "GIT_")
NAME = "game day"
Knobs = dict[str, dict[str, Any]]
LONGEST, STARTED, ENDED = 900.0, 120.0, 30.0

log = logging.getLogger("gameday")


@dataclass(frozen=True)
class Done:
    """A command that ended: its exit code, what it said, and how long it took in seconds."""

    code: int
    said: str
    seconds: float


@dataclass(frozen=True)
class House:
    """The clone in `root`/house, and everything it writes beside it: nothing here leads to production."""

    root: Path
    port: int

    @property
    def clone(self) -> Path:
        """Place the working copy."""
        return self.root / "house"

    @property
    def remote(self) -> Path:
        """Place the repository that the clone pushes to."""
        return self.root / "remote.git"

    def environment(self) -> dict[str, str]:
        """Spell the environment of whoever works in the house."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        tools = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        person = {f"GIT_{who}_{what}": NAME for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        return clean | QUIET | person | self._places() | {"PATH": tools, "PYTHONPATH": str(self.clone / "src")}

    def _places(self) -> dict[str, str]:
        return {
            "MLFLOW_TRACKING_URI": f"sqlite:///{self.root}/mlflow.db",
            "CHURN_DATABASE_URL": f"sqlite:///{self.root}/ledger.db",
            "CHURN_BUNDLE_DIR": str(self.root / "bundle"),
            "CHURN_KEYS_FILE": str(self.root / "keys.json"),
            "CHURN_LOCK_DIR": str(self.root),
            "CHURN_API_PORT": str(self.port),
            "CHURN_SIMULATION": "1",
            "CHURN_USER": NAME,
        } | ({"CHURN_RAW_CSV": str(RAW)} if RAW.exists() else {})

    def run(self, *words: str, fails: bool | None = False) -> Done:
        """Run a command in the clone; `fails` says whether it must, None that it may."""
        began = time.monotonic()
        done = subprocess.run(
            words, cwd=self.clone, env=self.environment(), capture_output=True, text=True, timeout=LONGEST, check=False
        )
        said, seconds = (done.stderr + done.stdout).strip(), time.monotonic() - began
        if fails is not None and bool(done.returncode) != fails:
            raise RuntimeError(f"{' '.join(words)} ended with {done.returncode} after {seconds:.0f} s:\n{said}")
        log.info("  %s: %s (%.1f s)", " ".join(words[:4]), said.splitlines()[-1] if said else "no word", seconds)
        return Done(done.returncode, said, seconds)

    def churn(self, *words: str, fails: bool | None = False) -> Done:
        """Run the product's own command."""
        return self.run(sys.executable, "-m", "churn.cli", *words, fails=fails)

    def set(self, knobs: Knobs) -> None:
        """Change knobs of params.yaml."""
        path = self.clone / "params.yaml"
        params = yaml.safe_load(path.read_text(encoding="utf-8"))
        for section, changes in knobs.items():
            params[section] |= changes
        path.write_text(yaml.safe_dump(params, sort_keys=False), encoding="utf-8")

    def merge(self, branch: str) -> None:
        """Merge a branch of the remote, and bring what it names."""
        self.run("git", "add", "data")
        self.run("git", "commit", "-qm", "Take the batches in", fails=None)
        self.run("git", "fetch", "-q", "origin")
        self.run("git", "merge", "-q", "--no-edit", "-X", "theirs", f"origin/{branch}")
        self.run("git", "push", "-q", "origin", "HEAD:main")
        self.run("dvc", "checkout", "-q", "--force")


def build(root: Path, knobs: Knobs) -> House:
    """Clone what is committed, bring the pipeline's results up to date, and make its model the first champion."""
    root.mkdir(parents=True)
    house = House(root, free_port())
    for where, words in ((house.remote, ["--bare"]), (house.clone, [])):
        origin = ROOT if where == house.remote else house.remote
        subprocess.run(["git", "clone", "-q", *words, str(origin), str(where)], check=True)
    if (cache := ROOT / ".dvc/cache").exists():
        shutil.copytree(cache, house.clone / ".dvc/cache")
    house.set(knobs)
    house.run("dvc", "repro")
    house.run("git", "add", "-A")
    house.run("git", "commit", "-qm", "Run the pipeline", fails=None)
    house.churn("promote")
    house.churn("sync", "--once")
    return house


@contextlib.contextmanager
def serving(house: House) -> Iterator[str]:
    """Serve the house, following the registry, as `churn api` does; give its address."""
    words, reaper = [sys.executable, "-m", "churn.cli", "api"], Reaper()
    with (house.root / "api.log").open("ab") as said:
        process = subprocess.Popen(
            words, cwd=house.clone, env=house.environment(), stdout=said, stderr=said, process_group=0
        )
    reaper.note(process.pid)
    url = f"http://127.0.0.1:{house.port}"
    try:
        wait_ready(url, process, STARTED)
        yield url
    finally:
        process.terminate()
        process.wait(ENDED)
        reaper.forget(process.pid)
        reaper.close()
