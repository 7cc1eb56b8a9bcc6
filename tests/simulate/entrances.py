"""The pipeline's entrances, run as dvc.yaml spells them, in a folder of their own."""

import json
import os
import shlex
import shutil
import subprocess
import sys
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

HERE = Path(__file__).parent
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
    watch = [sys.executable, "-S", str(HERE / "stopwatch.py"), "taken.json"]
    env = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    command = [*watch, sys.executable, str(ROOT / script), *words]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"stage {stage} failed in {folder}:\n{done.stdout}{done.stderr}")
    return Turn(**json.loads((folder / "taken.json").read_text()))


def all_to_test(folder: Path) -> None:
    """Make test rows of the training rows too, so that every customer is evaluated."""
    both = pd.concat([pd.read_parquet(folder / path) for path in (TRAIN, TEST)], ignore_index=True)
    both.to_parquet(folder / TEST, index=False)


def _raw(typed: pd.DataFrame) -> pd.DataFrame:
    """Spell a typed table as the public file does: whole numbers, and no total yet for who has just joined."""
    total = typed["TotalCharges"].astype("str").where(typed["tenure"] > 0, " ")
    return typed.astype({"SeniorCitizen": "int64", "tenure": "int64"}).assign(TotalCharges=total)
