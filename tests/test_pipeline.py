"""The whole pipeline on a small table, run in a copy of the project as a person runs it."""

import json
import shutil
import sqlite3
from contextlib import closing

import pytest

from customers import invent
from workshop import Workshop

ALL = ["ingest", "prepare", "validate", "explore", "drift", "train", "evaluate", "card", "kpi", "register"]
STOCK = """
import sys, pandas, mlflow
for name in [name for name in sys.modules if name.startswith("churn")]: raise SystemExit(name)
champion = mlflow.pyfunc.load_model("models:/telco-churn@champion")
scored = champion.predict(pandas.read_csv("data/raw/telco_churn_raw.csv"))
print(len(scored), float(scored["churn_probability"].min()) >= 0, float(scored["churn_probability"].max()) <= 1)
assert not [name for name in sys.modules if name.startswith("churn")]
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Run the pipeline once; tests work in copies."""
    shop = Workshop.copy(tmp_path_factory.mktemp("made") / "project").with_small_table()
    assert shop.repro() == ALL
    shop.run("churn", "promote")
    shop.commit("Run the pipeline")
    return shop


@pytest.fixture
def shop(made, tmp_path):
    shutil.copytree(made.root, tmp_path / "project", symlinks=True)
    return Workshop(tmp_path / "project")


def versions(shop):
    with closing(sqlite3.connect(shop.root / "mlflow.db")) as store:
        found = store.execute("select version from model_versions order by version").fetchall()
        aliases = dict(store.execute("select alias, version from registered_model_aliases").fetchall())
    return [one for (one,) in found], aliases


def reading(shop, name):
    return json.loads((shop.root / "reports" / name).read_text())


def test_stock_mlflow_scores_the_raw_table(made):
    env = {"MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false", "PYTHONPATH": ""}
    assert "1500 True True" in made.run("python", "-c", STOCK, **env)


def test_the_stages_are_kept_with_the_model_as_they_ran(made):
    told = reading(made, "pipeline.json")
    assert told["model"] == reading(made, "gate.json")["challenger"]
    assert [one["name"] for one in told["stages"]] == ALL
    assert all(set(one["outs"]) <= set(one["digests"]) for one in told["stages"][:-1])
    logged = list((made.root / "mlruns").glob("**/reports/pipeline.json"))
    assert [json.loads(one.read_text()) for one in logged] == [told]


def test_nothing_to_do_runs_register_alone_and_adds_nothing(shop):
    before = (shop.root / "model/best_churn_model.onnx").read_bytes()
    assert shop.repro() == ["register"]
    assert versions(shop) == ([1], {"challenger": 1, "champion": 1})
    assert (shop.root / "model/best_churn_model.onnx").read_bytes() == before
    assert shop.run("git", "status", "--porcelain") == ""
    assert "already" in shop.run("churn", "promote")


def test_a_drift_knob_reruns_neither_prepare_nor_train(shop):
    shop.set(drift={"min_rows": 250})
    assert shop.repro() == ["drift", "card", "kpi", "register"]


def test_a_batch_to_judge_reruns_drift_alone(shop):
    invent(300, seed=5).drop(columns="Churn").to_csv(shop.root / "data/current/2026-05-01-week.csv", index=False)
    assert shop.repro() == ["drift", "card", "kpi", "register"]
    assert reading(shop, "drift/drift.json")["state"] in {"drift", "no_drift"}


def test_an_edit_elsewhere_reruns_nothing(shop):
    for name in ("src/churn/cli.py", "README.md", "Makefile"):
        with (shop.root / name).open("a") as text:
            text.write("\n# a remark\n")
    assert shop.repro() == ["register"]


def test_an_edit_of_a_step_reruns_that_stage_and_stops_where_nothing_changed(shop):
    with (shop.root / "src/churn/steps/validate/checks.py").open("a") as text:
        text.write("\n# a remark\n")
    assert shop.repro() == ["validate", "register"]


def test_a_labelled_batch_makes_a_challenger_and_leaves_the_champion(shop):
    batch = invent(1200, seed=9).assign(observed_at="2026-04-30")
    batch["customerID"] = "later-" + batch["customerID"]
    batch.to_csv(shop.root / "data/incoming/2026-05-01-april.csv", index=False)
    assert shop.repro() == ["prepare", "validate", "explore", "drift", "train", "evaluate", "card", "kpi", "register"]
    assert versions(shop) == ([1, 2], {"challenger": 2, "champion": 1})
    assert reading(shop, "data_profile.json")["since"]["changed"]["rows"] == [1500, 2700]
    judged = reading(shop, "gate.json")
    assert (judged["rows"] > 100, [one["name"] for one in judged["refresh"]["checks"]][:1]) == (True, ["newer_data"])
    assert judged["refresh"]["checks"][0]["state"] == "pass"
    assert sum(one["customers"] for one in judged["migration"]["test"]["moves"]) == judged["migration"]["test"]["rows"]


def test_a_model_restored_from_the_cache_is_registered_once(shop):
    """DVC brings back what train made without running it, and MLflow has seen nothing."""
    (shop.root / "mlflow.db").unlink()
    assert shop.repro() == ["register"]
    assert versions(shop) == ([1], {"challenger": 1})
    shop.run("churn", "promote")
    assert versions(shop) == ([1], {"challenger": 1, "champion": 1})


def test_two_clean_runs_give_the_same_bytes(made, tmp_path):
    (tmp_path / "other").mkdir()
    other = Workshop.copy(tmp_path / "other")
    shutil.copy2(made.root / "params.yaml", other.root / "params.yaml")
    other.repro("evaluate")
    for name in (
        "model/best_churn_model.onnx",
        "model/model_metadata.json",
        "reports/metrics.json",
        "reports/validation.json",
    ):
        assert (other.root / name).read_bytes() == (made.root / name).read_bytes(), name


def test_broken_data_stops_the_run_in_words_and_the_next_run_is_healthy(shop):
    broken = invent(1500)
    broken.loc[2:400, "MonthlyCharges"] = "-1"
    table = shop.root.parent / "broken.csv"
    broken.to_csv(table, index=False)
    shop.set(ingest={"uri": str(table)})
    said = shop.run("dvc", "repro", fails=True)
    assert "MonthlyCharges is at least 0, for example '-1'" in said
    assert versions(shop) == ([1], {"challenger": 1, "champion": 1})
    shop.run("git", "checkout", "params.yaml")
    assert shop.repro()[-1] == "register"
    assert versions(shop) == ([1], {"challenger": 1, "champion": 1})


def test_an_experiment_keeps_to_a_store_of_its_own(shop):
    shop.run("dvc", "exp", "run", "-S", "train.seed=8", "-S", "train.candidates.scorecard.C=[0.01]")
    assert versions(shop) == ([1], {"challenger": 1, "champion": 1})


def test_a_typo_in_params_is_named(shop):
    shop.set(train={"fold": 3})
    assert "train.fold: Extra inputs are not permitted" in shop.run("dvc", "repro", fails=True)
