import multiprocessing
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import models
from churn import table
from churn.errors import ModelError, TrackingError
from churn.lifecycle.registration import register
from churn.scoring.scorer import Scorer
from churn.stores.tracking import runs, store
from churn.stores.tracking.registry import Registry
from customers import invent

GOOD, OTHER = models.model(), models.model(noise=0.3, rows=400)
STOCK = """
import sys, mlflow, pandas
class Closed:
    def find_spec(self, name, *rest):
        if name.partition(".")[0] == "churn": raise ImportError("stock MLflow has no churn")
sys.meta_path.insert(0, Closed())
scored = mlflow.pyfunc.load_model("models:/telco-churn@challenger").predict(pandas.read_csv(sys.argv[1]))
scored.to_csv(sys.argv[2], index=False)
"""


def registry(known):
    return Registry(known.store, "telco-churn")


def all_runs(known):
    client = store.connect(known.store)
    return client.search_runs([one.experiment_id for one in client.search_experiments()])


def test_a_second_registration_adds_nothing(enter, known):
    first = enter(GOOD)
    before = (len(all_runs(known)), [one.tags for one in registry(known).versions()])
    second = enter(GOOD)
    assert (second.version.number, second.verdict) == (first.version.number, first.verdict)
    assert (len(all_runs(known)), [one.tags for one in registry(known).versions()]) == before
    assert registry(known).aliases() == {"challenger": 1}


def test_it_uses_the_run_of_the_training_that_made_the_model(enter, known):
    run = runs.log(known.store, "telco-churn", GOOD.metadata)
    assert enter(GOOD).version.run == run


def test_it_logs_the_training_itself_when_mlflow_has_seen_nothing(enter, known):
    run = enter(GOOD).version.run
    found = {one.info.run_name: one for one in all_runs(known)}
    assert set(found) == {"train scorecard", "dummy", "scorecard"}
    assert found["scorecard"].data.tags["mlflow.parentRunId"] == run
    parent = found["train scorecard"]
    assert parent.data.metrics["test_roc_auc"] == 0.8
    assert parent.inputs.dataset_inputs[0].dataset.digest == GOOD.metadata["digests"]["data"][:36]


def test_a_training_record_broken_off_is_not_taken_for_whole(enter, known):
    run = runs.log(known.store, "telco-churn", GOOD.metadata)
    store.connect(known.store).delete_tag(run, store.MARK)
    assert enter(GOOD).version.run != run


def test_the_next_model_is_the_next_version_and_an_old_one_keeps_its_number(enter, known):
    assert [enter(one).version.number for one in (OTHER, GOOD, OTHER)] == [1, 2, 1]
    assert registry(known).aliases() == {"challenger": 1}


def test_a_champion_keeps_the_verdict_by_which_it_came_to_be(enter, known):
    verdict = enter(GOOD).verdict
    registry(known).alias("champion", 1)
    assert enter(GOOD).verdict == verdict


def test_it_never_touches_the_champion(enter, known):
    enter(OTHER)
    registry(known).alias("champion", 1)
    enter(GOOD)
    assert registry(known).aliases() == {"challenger": 2, "champion": 1}


def test_the_version_tells_where_it_comes_from(enter):
    tags = enter(GOOD).version.tags
    assert {"model_digest", "family", "git_commit", "digest_code", "digest_data", "digest_params"} <= set(tags)
    assert (tags["split_seed"], tags["split_test_share"]) == ("20", "0.2")


def test_a_model_with_the_metadata_of_another_is_refused(known, tmp_path):
    path = models.on_disk(GOOD, tmp_path)
    with pytest.raises(ModelError, match="of different models"):
        register(known, models.REGISTER, models.GATE, models.CAMPAIGN, path, OTHER.metadata, {}, models.test_rows())


def test_a_torn_model_file_is_refused(known, tmp_path):
    path = models.on_disk(GOOD, tmp_path)
    path.write_bytes(GOOD.model[:1000])
    with pytest.raises(ModelError, match="not a readable ONNX model"):
        register(known, models.REGISTER, models.GATE, models.CAMPAIGN, path, GOOD.metadata, {}, models.test_rows())


def test_a_champion_whose_file_was_changed_is_found_out(enter, known, tmp_path):
    enter(OTHER)
    registry(known).alias("champion", 1)
    (kept,) = tmp_path.glob("mlruns/**/artifacts/*.onnx")
    kept.write_bytes(GOOD.model)
    with pytest.raises(TrackingError, match="not the one that was registered"):
        enter(GOOD)


def test_two_at_once_make_one_version(known, tmp_path):
    models.on_disk(GOOD, tmp_path)
    start = multiprocessing.get_context("spawn")
    both = [start.Process(target=models.enter_from_disk, args=(known, tmp_path)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(120)
    assert [one.exitcode for one in both] == [0, 0]
    assert [one.number for one in registry(known).versions()] == [1]


def test_stock_mlflow_scores_raw_cells_as_the_scorer_does(enter, known, tmp_path):
    enter(GOOD)
    raw = invent(300, seed=8)
    strange = raw.head(2).assign(Contract="Weekly", tenure=["x", "5"], TotalCharges=["10", " "])
    pd.concat([raw, strange]).to_csv(tmp_path / "raw.csv", index=False)
    words = [sys.executable, "-c", STOCK, "raw.csv", "scored.csv"]
    safe = {"MLFLOW_TRACKING_URI": known.store, "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false"}
    done = subprocess.run(words, cwd=tmp_path, env=os.environ | safe, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    scored = pd.read_csv(tmp_path / "scored.csv")
    scorer = Scorer(GOOD.model)
    expected = scorer.probabilities(table.typed(raw))
    assert np.abs(scored["churn_probability"].head(300) - expected).max() <= 1e-6
    assert (scored["churn"].head(300).astype(bool) == (expected > scorer.decision["threshold"])).all()
    assert scored.tail(2).isna().all(axis=None), "what holds no number has no answer"


def test_nothing_kept_is_a_pickle(enter, tmp_path):
    enter(GOOD)
    kept = [path for path in (tmp_path / "mlruns").rglob("*") if path.is_file()]
    assert kept
    assert not [
        path
        for path in kept
        if path.suffix in {".pkl", ".pickle", ".joblib", ".skops"} or path.read_bytes()[:1] == b"\x80"
    ]


def test_new_metrics_of_a_known_model_reach_its_run(enter, known):
    enter(GOOD)
    version = enter(GOOD, metrics=models.METRICS | {"brier": {"value": 0.11}}).version
    assert registry(known).metrics(version)["test_brier"] == 0.11


def test_the_training_of_a_known_model_is_not_logged_again(known):
    first, second = (runs.keep(known.store, "telco-churn", GOOD.metadata) for _ in range(2))
    assert first == second
