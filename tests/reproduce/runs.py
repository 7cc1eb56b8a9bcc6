"""A fresh clone with an environment, a registry and a cache of its own, and the pipeline run in it."""

import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from reproduce.results import SCORES

HERE = Path(__file__).parent
KEPT = ("CHURN_RAW_CSV",)
"""Of the project's own variables, only where the raw table is: the store, the cache and the rest are the clone's."""
OURS = ("MLFLOW_", "CHURN_", "DVC_", "GIT_", "PYTHON", "VIRTUAL_ENV")

log = logging.getLogger("reproduce")


@dataclass(frozen=True)
class Setting:
    """What differs between the runs and must not matter: the folder, the hash seed, the threads, the time zone."""

    folder: str
    hash_seed: str
    threads: str
    zone: str


SETTINGS = (Setting("one", "1", "1", "UTC"), Setting("the other one", "4711", "2", "Pacific/Auckland"))


def run(root: Path, setting: Setting, under: Path, fast: bool) -> Path:
    """Clone what `root` has committed, run every stage, score the test rows; give the clone's folder.

    Raises RuntimeError with what was said where a command fails.
    """
    clone = under / setting.folder
    _call(["git", "clone", "-q", "--no-hardlinks", str(root), str(clone)], under, dict(os.environ))
    env = _environment(setting, clone, fast)
    if not fast:
        log.info("%s: making an environment from the lock", setting.folder)
        _call(["make", ".venv/.pipeline", f"PYTHON={sys.executable}"], clone, env)
    log.info("%s: dvc repro --force", setting.folder)
    _call(["dvc", "repro", "--force"], clone, env)
    _call(["python", str(HERE / "score.py"), SCORES], clone, env)
    return clone


def _environment(setting: Setting, clone: Path, fast: bool) -> dict[str, str]:
    clean = {key: value for key, value in os.environ.items() if key in KEPT or not key.startswith(OURS)}
    programs = Path(sys.executable).parent if fast else clone / ".venv/bin"
    return clean | {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(clone / "src"),
        "PYTHONHASHSEED": setting.hash_seed,
        "OMP_NUM_THREADS": setting.threads,
        "TZ": setting.zone,
        "DVC_NO_ANALYTICS": "1",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "1",
    }


def _call(words: list[str], folder: Path, env: dict[str, str]) -> None:
    done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)} failed in {folder}:\n{done.stdout}{done.stderr}")
