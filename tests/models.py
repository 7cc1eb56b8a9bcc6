"""Small real models and a real MLflow store, for tests of what happens after training."""

import json
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from churn import table
from churn.lifecycle.registration import register
from churn.params import section
from churn.params.campaign import Campaign
from churn.params.gate import Gate
from churn.params.register import Register
from churn.params.train import Train
from churn.settings import Settings
from churn.steps.prepare.split import is_test
from churn.steps.train.compare import compare
from churn.steps.train.train import Trained, train
from churn.stores.tracking import store
from customers import invent

GATE = Gate(
    min_roc_auc=0.6, min_calibration_slope=0.3, max_calibration_slope=3, max_calibration_gap=0.1,
    min_rows=100, segment_rows=100, segment_churners=20, segment_level=0.9,
    level=0.95, profit_margin=3000, refresh_margin=0.01, draws=300, seed=1,
)  # fmt: skip
CAMPAIGN = Campaign(
    months=12, margin=0.6, offer=50, contact=5, acceptance=0.3, horizon_days=30, tiers={"low": 0, "high": 0.5}
)
REGISTER = Register(model="telco-churn", experiment="telco-churn")
METRICS = {
    "rows": 400,
    "churn_rate": 0.3,
    "roc_auc": {"value": 0.8, "low": 0.75, "high": 0.85},
    "log_loss": {"value": 0.4, "low": 0.35, "high": 0.45},
    "calibration_slope": {"value": 1.0, "low": 0.8, "high": 1.2},
    "profit_per_1000_offer_rule": {"value": 12345.0},
}
SPLIT = {"seed": 20, "test_share": 0.2}


@cache
def population(rows: int = 6000) -> pd.DataFrame:
    """Invent prepared rows, training and test together."""
    return table.typed(invent(rows, seed=4)).assign(period=0, weight=1.0, observed_at="")


def test_rows(**changes: object) -> pd.DataFrame:
    rows = population()
    return rows[is_test(rows, 20, 0.2)].assign(**changes).reset_index(drop=True)


@cache
def model(c: float = 1.0, rows: int = 3000, noise: float = 0.0, seed: int = 20) -> Trained:
    """Train a scorecard; `noise` is the share of labels replaced by chance."""
    pool = population()
    learnt = pool[~is_test(pool, seed, 0.2)].head(rows)
    lottery = np.random.default_rng(0)
    wrong = lottery.random(len(learnt)) < noise
    learnt = learnt.assign(Churn=np.where(wrong, lottery.choice(["Yes", "No"], len(learnt)), learnt["Churn"]))
    return _trained(learnt, {"dummy": {}, "scorecard": {"C": [c]}}, SPLIT | {"seed": seed})


TREES = {
    "boosting": {"n_estimators": [60], "max_depth": [2], "learning_rate": [0.1]},
    "forest": {"n_estimators": [30], "min_samples_leaf": [10]},
}


@cache
def grown(family: str) -> Trained:
    """Train trees: a boosting or a forest."""
    pool = population()
    return _trained(pool[~is_test(pool, 20, 0.2)].head(2000), {family: TREES[family]}, SPLIT)


def _trained(learnt: pd.DataFrame, candidates: dict[str, Any], split: dict[str, float]) -> Trained:
    knobs = Train(seed=7, folds=3, repeats=1, jobs=1, parity=1e-6, candidates=candidates)
    return train(
        compare(learnt, knobs),
        learnt,
        knobs,
        CAMPAIGN,
        split,
        {"digests": {"code": "c", "params": section.digest(knobs)}, "versions": {}},
    )


def on_disk(trained: Trained, folder: Path) -> Path:
    """Write a model and its metadata as stage train does."""
    path = folder / "best_churn_model.onnx"
    path.write_bytes(trained.model)
    (folder / "model_metadata.json").write_text(json.dumps(trained.metadata))
    return path


def empty_store(template: Path, folder: Path) -> Settings:
    """Give a fresh MLflow store; making its tables takes seconds, copying them does not."""
    if not template.exists():
        store.connect(f"sqlite:///{template}").search_experiments()
    shutil.copy2(template, folder / "mlflow.db")
    return Settings(MLFLOW_TRACKING_URI=f"sqlite:///{folder}/mlflow.db", CHURN_LOCK_DIR=folder, CHURN_USER="tester")


def enter(known: Settings, folder: Path, trained: Trained, metrics: dict[str, Any] = METRICS) -> None:
    """Register a trained model, as the stage does."""
    told, path = {"model": trained.metadata["digest"]} | metrics, on_disk(trained, folder)
    register(known, REGISTER, GATE, CAMPAIGN, path, trained.metadata, told, test_rows())


def enter_from_disk(known: Settings, folder: Path) -> None:
    """Register the model in a folder, as a process of its own would."""
    metadata = json.loads((folder / "model_metadata.json").read_text())
    metrics = {"model": metadata["digest"]} | METRICS
    register(known, REGISTER, GATE, CAMPAIGN, folder / "best_churn_model.onnx", metadata, metrics, test_rows())
