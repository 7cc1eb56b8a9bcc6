"""What travels in the model file besides the graph: the model as plain data, and rows to try it on."""

import base64
import json

import numpy as np
import onnx
import pytest

import models
from churn import columns, contract, table
from churn.steps.train.compare import compare
from churn.steps.train.explanation import explain
from churn.steps.train.golden import golden
from customers import invent

TRAIN = models.Train(
    seed=7, folds=2, repeats=1, jobs=1, parity=1e-6,
    candidates={
        "scorecard": {"C": [1.0]},
        "forest": {"n_estimators": [10], "min_samples_leaf": [20]},
        "boosting": {"n_estimators": [10]},
    },
)  # fmt: skip


@pytest.fixture(scope="module")
def rows():
    return table.typed(invent(900)).assign(weight=1.0)


@pytest.fixture(scope="module")
def fitted(rows):
    return {one.family: one.fitted for one in compare(rows, TRAIN)}


def notes(model):
    return {one.key: json.loads(one.value) for one in onnx.load_from_string(model).metadata_props}


def summed(spelt, customer):
    """Add up a scorecard as its docstring says."""
    total = spelt["intercept"]
    for name, term in spelt["terms"].items():
        total += term.get("weights", {}).get(customer[name], 0.0)
        for kind, reading in (("straight", float), ("log1p", np.log1p)):
            if kind in term:
                one = term[kind]
                total += one["weight"] * (reading(customer[name]) - one["mean"]) / one["scale"]
    return total


def walked(spelt, customer):
    """Walk the trees node by node, as their docstring says."""
    kinds = {"left": "<i4", "right": "<i4", "feature": "<i2", "number": "<f8"}
    nodes = {name: np.frombuffer(base64.b64decode(spelt[name]), kind) for name, kind in kinds.items()}
    cells = [
        np.float32(customer[one["column"]] if one["value"] is None else customer[one["column"]] == one["value"])
        for one in spelt["features"]
    ]
    total, root = spelt["base"], 0
    for size in spelt["sizes"]:
        at = root
        while nodes["right"][at] >= 0:
            low = cells[nodes["feature"][at]] <= nodes["number"][at]
            at = root + (nodes["left"] if low else nodes["right"])[at]
        total += nodes["number"][at]
        root += size
    return total


def test_a_scorecard_is_the_sum_of_its_terms(fitted, rows):
    spelt = explain(fitted["scorecard"], rows)
    strange = rows.head(20).assign(Contract="Weekly")
    for some in (rows.head(100), strange):
        expected = fitted["scorecard"].decision_function(some[columns.names()])
        assert [summed(spelt, row) for row in some.to_dict("records")] == pytest.approx(expected, abs=1e-8)
    assert list(spelt["terms"]) == columns.names()
    assert set(spelt["terms"]["tenure"]) == {"straight", "log1p"}


def test_the_baseline_is_what_each_column_adds_on_average(fitted, rows):
    spelt = explain(fitted["scorecard"], rows)
    expected = fitted["scorecard"].decision_function(rows[columns.names()]).mean()
    assert spelt["intercept"] + sum(spelt["baseline"].values()) == pytest.approx(expected, abs=1e-8)
    weights = spelt["terms"]["Contract"]["weights"]
    assert spelt["baseline"]["Contract"] == pytest.approx(rows["Contract"].map(weights).mean(), abs=1e-9)
    assert spelt["baseline"]["MonthlyCharges"] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("family", ["forest", "boosting"])
def test_trees_are_their_nodes(fitted, rows, family):
    spelt = explain(fitted[family], rows)
    some = rows.head(60)
    found = np.array([walked(spelt, row) for row in some.to_dict("records")])
    churn = 1 / (1 + np.exp(-found)) if spelt["unit"] == "log-odds" else found
    assert churn == pytest.approx(fitted[family].predict_proba(some[columns.names()])[:, 1], abs=1e-9)
    assert (spelt["link"] == "logit") == (spelt["unit"] == "log-odds") == (family == "boosting")


def test_what_is_usual_is_the_median(fitted, rows):
    for pipeline in fitted.values():
        usual = explain(pipeline, rows)["usual"]
        assert usual == {name: rows[name].median() for name in ("tenure", "MonthlyCharges", "TotalCharges")}


def test_golden_rows_keep_the_contract_and_hold_every_allowed_value(fitted, rows):
    found = golden(fitted["scorecard"], rows)
    assert len(found["probabilities"]) == 24
    for column in columns.columns():
        if column.allowed:
            assert set(found["columns"][column.name]) == set(column.allowed)
    customers = [
        dict(zip(found["columns"], cells, strict=True)) for cells in zip(*found["columns"].values(), strict=True)
    ]
    for customer in customers:
        contract.Customer(**customer)
    assert max(found["columns"]["tenure"]) - min(found["columns"]["tenure"]) > 60


@pytest.mark.parametrize("family", ["scorecard", "forest", "boosting"])
def test_golden_rows_are_nobodys_and_what_is_said_of_them_is_scikit_learns(fitted, rows, family):
    found = golden(fitted[family], rows)
    said = fitted[family].predict_proba(models.pd.DataFrame(found["columns"]))[:, 1]
    assert found["probabilities"] == pytest.approx(said, abs=1e-9)
    real = set(map(tuple, rows[columns.names()].to_numpy()))
    assert not real & set(zip(*found["columns"].values(), strict=True))


def test_golden_rows_hold_values_that_training_never_saw(rows):
    learnt = rows[rows["Contract"] != "Two year"]
    (candidate,) = compare(learnt, TRAIN.model_copy(update={"candidates": {"scorecard": {"C": [1.0]}}}))
    spelt, found = explain(candidate.fitted, learnt), golden(candidate.fitted, learnt)
    assert "Two year" not in spelt["terms"]["Contract"]["weights"]
    assert "Two year" in found["columns"]["Contract"]


def test_the_file_carries_the_notes_and_its_digest_covers_them():
    for family in ("boosting", "forest"):
        assert set(notes(models.grown(family).model)) == {"churn", "explanation", "golden"}
    model = models.model().model
    assert set(notes(model)) == {"churn", "explanation", "golden"}
    assert notes(model)["explanation"]["kind"] == "additive"
    assert models.model.__wrapped__().model == model, "the same rows give the same bytes"


def test_a_forest_is_spelt_shorter_than_its_graph():
    model = models.grown("forest").model
    spelt = next(one.value for one in onnx.load_from_string(model).metadata_props if one.key == "explanation")
    assert len(spelt) < len(model) / 1.6
