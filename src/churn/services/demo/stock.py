"""The demo's registry: the project's own model as champion, and a challenger that the gate has judged."""

import shlex
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from churn import table
from churn.errors import ModelError
from churn.lifecycle.promotion import Author, promote
from churn.lifecycle.registration import Registered, register
from churn.params.campaign import Campaign
from churn.params.evaluate import Evaluate
from churn.params.gate import Gate
from churn.params.prepare import Prepare
from churn.params.register import Register
from churn.params.section import load
from churn.params.train import Train
from churn.scoring.scorer import Scorer
from churn.services.sync import loop
from churn.settings import Settings
from churn.steps.evaluate.evaluate import evaluate
from churn.steps.evaluate.scored import scored
from churn.steps.train.compare import compare
from churn.steps.train.train import Trained, train
from churn.stores import code, files, stages, tables
from churn.stores.raw_table import read_raw
from churn.stores.tracking import attachments, references

OTHER = {"scorecard": "boosting", "boosting": "scorecard", "forest": "scorecard"}
"""Against whom a family stands: trees against points, points against trees."""
GRIDS: dict[str, dict[str, Any]] = {
    "boosting": {"n_estimators": [120], "learning_rate": [0.05], "max_depth": [3], "subsample": [0.7]},
    "scorecard": {"C": [0.1]},
}
FOLDS, DRAWS = 3, 200
PIPELINE = "pipeline.json"
WHY = "the project's champion, taken over for the demo"


@dataclass(frozen=True)
class Stock:
    """What the pipeline made, and a demo begins with."""

    model: Path = Path("model/best_churn_model.onnx")
    metadata: Path = Path("model/model_metadata.json")
    metrics: Path = Path("reports/metrics.json")
    train: Path = Path("data/prepared/train.parquet")
    test: Path = Path("data/prepared/test.parquet")
    raw: Path = Path("data/raw/telco_churn_raw.csv")
    stages: Path = Path("dvc.yaml")
    reference: Path = Path("data/prepared/reference.parquet")

    def customers(self) -> pd.DataFrame:
        """Read the customers as they stand in the raw table."""
        return table.typed(read_raw(self.raw))

    def refuse_missing(self) -> None:
        """Raise ModelError when the pipeline has not run."""
        for path in (self.model, self.metadata, self.metrics, self.train, self.test, self.reference, self.raw):
            if not path.exists():
                raise ModelError(f"{path} is missing; the demo serves the project's own model: run `make pipeline`")

    def reports(self) -> list[Path]:
        """List the reports that stage register logs with a version beside its stages, as far as they are there."""
        if not self.stages.exists():
            return []
        words = shlex.split(files.read_yaml(self.stages)["stages"]["register"]["cmd"])
        named = [Path(word) for flag, word in pairwise(words) if flag == "--attach"]
        return [path for path in named if path.exists() and path.name != PIPELINE]


def fill(stock: Stock, settings: Settings) -> list[str]:
    """Register the champion and the challenger, bring the champion to the host; say what was done, line by line."""
    names = load(Register)
    rows = tables.read_typed(stock.test)
    first = _enter(settings, stock.model, files.read_json(stock.metadata), files.read_json(stock.metrics), rows)
    attachments.attach(settings.store, first.version.run, _reports(stock, settings, first.version.digest))
    references.keep(settings.store, first.version.run, stock.reference)
    said = [promote(settings, names, Author(settings.who, WHY))]
    second = _challenge(stock, settings, rows)
    references.keep(settings.store, second.version.run, stock.reference)
    return [*said, second.words, loop.once(settings, names)]


def _reports(stock: Stock, settings: Settings, model: str) -> list[Path]:
    """Give what is logged with the champion: its reports, and by which stages it was made."""
    made = settings.lock_dir / PIPELINE
    files.write_json(stages.read(model, stock.stages, stock.stages.with_suffix(".lock")), made)
    return [made, *stock.reports()]


def _challenge(stock: Stock, settings: Settings, rows: pd.DataFrame) -> Registered:
    """Train another family on the same rows, measure it, and let the gate judge it."""
    made = _trained(stock)
    folder = settings.lock_dir / "challenger"
    path = folder / "best_churn_model.onnx"
    files.write_bytes(made.model, path)
    files.write_json(made.metadata, folder / "model_metadata.json")
    scorer, knobs = Scorer.load(path), load(Evaluate).model_copy(update={"draws": DRAWS})
    judged = scored(rows, scorer.probabilities(rows), scorer.decision["threshold"], load(Campaign))
    measured = {"model": scorer.digest} | evaluate(judged, knobs, scorer.decision["family"]).metrics
    return _enter(settings, path, made.metadata, measured, rows)


def _trained(stock: Stock) -> Trained:
    rows, other = tables.read_typed(stock.train), OTHER[files.read_json(stock.metadata)["family"]]
    changes = {"folds": FOLDS, "repeats": 1, "jobs": 1, "candidates": {other: GRIDS[other]}}
    knobs, money = load(Train).model_copy(update=changes), load(Campaign)
    return train(compare(rows, knobs), rows, knobs, money, load(Prepare).split, code.origin(__file__, knobs, money))


def _enter(
    settings: Settings, model: Path, metadata: dict[str, Any], metrics: dict[str, Any], rows: pd.DataFrame
) -> Registered:
    return register(settings, load(Register), load(Gate), load(Campaign), model, metadata, metrics, rows)
