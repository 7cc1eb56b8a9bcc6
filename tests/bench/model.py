"""One scorecard, trained once, in the form that each contender wants; and the customers that are asked about."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from churn import columns, contract
from churn.params import section
from churn.params.campaign import Campaign
from churn.params.prepare import Prepare
from churn.params.train import Train
from churn.steps.train.compare import compare
from churn.steps.train.train import train
from churn.stores import bundle

ROOT = Path(__file__).parents[2]
TABLES = ROOT / "data/prepared"
KNOBS = {"folds": 3, "repeats": 1, "jobs": 1, "candidates": {"scorecard": {"C": [0.3]}, "dummy": {}}}
CUSTOMERS = 10_000
WHOLE = {"SeniorCitizen": "int64", "tenure": "int64"}


@dataclass(frozen=True)
class Model:
    """The folder with every form of the model, named customers to ask about, and what each of them must be told."""

    folder: Path
    rows: list[dict[str, Any]]
    truth: list[float]

    @property
    def bundle(self) -> Path:
        return self.folder / "bundle"


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the rows that stage prepare wrote, those to learn from and those to ask about; `dvc repro` makes them."""
    learnt, asked = (pd.read_parquet(TABLES / f"{name}.parquet") for name in ("train", "test"))
    return learnt, asked


def make(folder: Path, learnt: pd.DataFrame, asked: pd.DataFrame) -> Model:
    """Train once, and write what each contender wants."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    asked = asked[columns.names()].astype(WHOLE)
    knobs = section.load(Train, ROOT / "params.yaml").model_copy(update=KNOBS)
    candidates = list(compare(learnt, knobs))
    fitted = next(one.fitted for one in candidates if one.family == "scorecard")
    _for_ours(
        folder, train(candidates, learnt, knobs, section.load(Campaign, ROOT / "params.yaml"), _split(), _origin())
    )
    _for_peers(folder, fitted, asked)
    truth, rows = fitted.predict_proba(asked)[:, 1].tolist(), json.loads(asked.to_json(orient="records"))
    each = [number % len(rows) for number in range(CUSTOMERS)]
    named = [{contract.ID or "id": f"{number:05d}-BENCH", **rows[one]} for number, one in enumerate(each)]
    return Model(folder, named, [truth[one] for one in each])


def _split() -> dict[str, float]:
    prepare = section.load(Prepare, ROOT / "params.yaml")
    return {"seed": prepare.seed, "test_share": prepare.test_share}


def _origin() -> dict[str, Any]:
    return {"digests": {"code": "bench", "params": "bench"}, "versions": {}}


def _for_ours(folder: Path, trained: Any) -> None:
    (folder / "model.onnx").write_bytes(trained.model)
    paper = {"model": "telco-churn", "digest": trained.metadata["digest"], "family": "scorecard", "run": "bench"}
    bundle.write(folder / "bundle", 1, {bundle.MODEL: trained.model}, paper)
    bundle.point(folder / "bundle", 1)


def _for_peers(folder: Path, fitted: Pipeline, asked: pd.DataFrame) -> None:
    import mlflow
    from mlflow.models import infer_signature

    joblib.dump(fitted, folder / "pipeline.joblib")
    (folder / "scorecard.json").write_text(json.dumps(_points(fitted)))
    mlflow.sklearn.save_model(
        fitted,
        folder / "mlflow",
        signature=infer_signature(asked, fitted.predict_proba(asked)),
        pyfunc_predict_fn="predict_proba",
        serialization_format="cloudpickle",
        pip_requirements=["scikit-learn"],
    )


def _points(fitted: Pipeline) -> dict[str, Any]:
    """Spell the pipeline as points a value and points a unit, for a route that scores in plain Python."""
    steps, line = fitted.named_steps["features"].named_transformers_, fitted.named_steps["classifier"]
    weights = iter(line.coef_[0].tolist())
    names, codes = columns.names("category"), steps["category"].categories_
    texts = {name: {value: next(weights) for value in seen.tolist()} for name, seen in zip(names, codes, strict=True)}
    numbers = [
        (name, *scale) for name, scale in zip(columns.names("number", "flag"), _scales(steps["number"]), strict=True)
    ]
    curves = [(name, *scale) for name, scale in zip(contract.CURVED, _scales(steps["curve"]["scale"]), strict=True)]
    slopes = [[name, mean, next(weights) / scale] for name, mean, scale in [*numbers, *curves]]
    cut = len(numbers)
    return {"bias": float(line.intercept_[0]), "texts": texts, "lines": slopes[:cut], "curves": slopes[cut:]}


def _scales(scaler: Any) -> list[tuple[float, float]]:
    return list(zip(np.ravel(scaler.mean_).tolist(), np.ravel(scaler.scale_).tolist(), strict=True))
