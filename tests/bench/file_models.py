"""A model in both forms, and tables of many customers, for the benchmark of files."""

from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from churn import columns, contract
from churn.params import section
from churn.params.campaign import Campaign
from churn.params.train import Train
from churn.steps.train.compare import compare
from churn.steps.train.train import train

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "data/prepared/train.parquet"
FAMILIES = {
    "scorecard": {"C": [0.3]},
    "boosting": {
        "n_estimators": [160], "learning_rate": [0.05], "max_depth": [2], "subsample": [0.7], "max_features": [0.4],
    },
}  # fmt: skip
SEED, CHUNK = 11, 500_000
WHOLE = {"SeniorCitizen": "int64", "tenure": "int64"}


def make_model(folder: Path, family: str) -> Path:
    """Train one family on the table that stage prepare wrote; keep the pipeline and its exported form."""
    folder.mkdir(exist_ok=True)
    learnt = pd.read_parquet(TABLE)
    tried = {"folds": 3, "repeats": 1, "jobs": 1, "candidates": {"dummy": {}, family: FAMILIES[family]}}
    knobs = section.load(Train, ROOT / "params.yaml").model_copy(update=tried)
    candidates = list(compare(learnt, knobs))
    origin = {"digests": {"code": "bench", "params": "bench"}, "versions": {}}
    trained = train(
        candidates, learnt, knobs, section.load(Campaign, ROOT / "params.yaml"), {"seed": 0, "test_share": 0.2}, origin
    )
    joblib.dump(next(one.fitted for one in candidates if one.family == family), folder / "pipeline.joblib")
    (folder / "model.onnx").write_bytes(trained.model)
    return folder


def make_table(path: Path, rows: int) -> Path:
    """Draw customers from the real table, and give each an id of its own."""
    if path.exists():
        return path
    pool = pd.read_parquet(TABLE)[columns.names()].astype(WHOLE)
    real, draw = pa.Table.from_pandas(pool, preserve_index=False), np.random.default_rng(SEED)
    with pq.ParquetWriter(path, real.schema.insert(0, pa.field(contract.ID or "id", pa.string()))) as writer:
        for start in range(0, rows, CHUNK):
            many = min(CHUNK, rows - start)
            drawn = real.take(draw.integers(0, len(pool), many))
            ids = pa.array([f"{number:08d}-BENCH" for number in range(start, start + many)])
            writer.write_table(drawn.add_column(0, contract.ID or "id", ids))
    return path
