"""The stage as DVC runs it: a real exported model over prepared rows."""

import json
import runpy
import shutil
from pathlib import Path

import pandas as pd
import pytest

import models
from churn.errors import ModelError
from churn.steps.evaluate.curves import HEADERS
from churn.stores import tables

ROOT = Path(__file__).parents[2]


def evaluate(model: Path, test: Path, out: Path) -> None:
    main = runpy.run_path(str(ROOT / "scripts" / "model_evaluation.py"))["main"]
    reports = ("metrics.json", "segments.json", "plots", "figure.png", "evaluation.json", "evaluation.html")
    main(model, test, *(out / name for name in reports))


@pytest.fixture
def place(tmp_path, monkeypatch):
    shutil.copy(ROOT / "params.yaml", tmp_path)
    tables.write_table(models.test_rows(), tmp_path / "test.parquet")
    models.on_disk(models.model(), tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_stage_writes_the_same_files_each_time(place):
    for out in ("one", "two"):
        evaluate(place / "best_churn_model.onnx", place / "test.parquet", place / out)
    assert written(place / "one") == written(place / "two")
    told = json.loads((place / "one" / "metrics.json").read_text())
    assert told["rows"] == len(models.test_rows())
    assert 0.6 < told["roc_auc"]["low"] < told["roc_auc"]["value"] < told["roc_auc"]["high"] < 1
    assert told["threshold"] == round(models.model().metadata["decision"]["threshold"], 6)
    for name, header in HEADERS.items():
        assert list(pd.read_csv(place / "one" / "plots" / f"{name}.csv")) == header


def test_a_test_table_where_nobody_left_has_no_ranking(place):
    tables.write_table(models.test_rows(Churn="No"), place / "test.parquet")
    evaluate(place / "best_churn_model.onnx", place / "test.parquet", place)
    told = json.loads((place / "metrics.json").read_text())
    assert told["roc_auc"] == {
        "value": None,
        "low": None,
        "high": None,
        "reason": "all customers have the same outcome",
    }
    assert told["log_loss"]["value"] > 0


def test_a_lost_model_is_said_and_nothing_written(place):
    with pytest.raises(ModelError, match=r"no\.onnx"):
        evaluate(place / "no.onnx", place / "test.parquet", place / "out")
    assert not (place / "out").exists()
