"""The pipeline's entrances, run as dvc.yaml spells them, in a folder of their own."""

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import yaml

from simulate import recipe
from simulate.population import ROOT, draw, real

PIPELINE = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
FOLDERS = (
    *(f"data/{name}" for name in ("incoming", "current", "raw", "prepared", "quarantine", "validation")),
    *("reports/drift", "reports/plots", "model"),
)
RAW, BATCH, MODEL = "data/raw/telco_churn_raw.csv", "data/current/2026-01-01-batch.csv", "model/best_churn_model.onnx"
TRAIN, TEST = "data/prepared/train.parquet", "data/prepared/test.parquet"


@dataclass(frozen=True)
class Turn:
    """What one process took: wall and processor time in seconds, and its peak of memory in GB (10^9 bytes)."""

    seconds: float
    cpu: float
    gigabytes: float


@contextmanager
def project_folder(rows: int, seed: int) -> Iterator[Path]:
    """Lay out the project's folders with a raw table, a batch as long as that to judge, and a model."""
    kept = ROOT / ".churn/simulate"
    kept.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=kept) as name:
        folder, rng = Path(name), np.random.default_rng(seed)
        for inside in FOLDERS:
            (folder / inside).mkdir(parents=True)
        shutil.copy2(ROOT / "params.yaml", folder)
        for path in (RAW, BATCH):
            _raw(draw(rows, rng)).to_csv(folder / path, index=False)
        (folder / MODEL).write_bytes(recipe.model(real(), quick=True))
        yield folder


def turn(stage: str, folder: Path) -> Turn:
    """Run a stage's command in `folder`. Raises RuntimeError with what it said if it fails."""
    _, script, *words = shlex.split(PIPELINE[stage]["cmd"])
    env = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    with (folder / f"{stage}.log").open("w+") as said:
        started = time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, str(ROOT / script), *words], cwd=folder, env=env, stdout=said, stderr=said
        )
        _, status, used = os.wait4(child.pid, 0)  # of this child alone, which getrusage would not tell
        seconds, child.returncode = time.perf_counter() - started, os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            raise RuntimeError(f"stage {stage} failed in {folder}: {said.read()}")
    return Turn(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e9)


def all_to_test(folder: Path) -> None:
    """Make test rows of the training rows too, so that every customer is evaluated."""
    both = pd.concat([pd.read_parquet(folder / path) for path in (TRAIN, TEST)], ignore_index=True)
    both.to_parquet(folder / TEST, index=False)


def _raw(typed: pd.DataFrame) -> pd.DataFrame:
    """Spell a typed table as the public file does: whole numbers, and no total yet for who has just joined."""
    total = typed["TotalCharges"].astype("str").where(typed["tenure"] > 0, " ")
    return typed.astype({"SeniorCitizen": "int64", "tenure": "int64"}).assign(TotalCharges=total)
