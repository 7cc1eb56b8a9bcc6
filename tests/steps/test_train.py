import hashlib
import json

import numpy as np
import onnx
import pytest

from churn import columns, table
from churn.errors import ExportError, ParamsError, TableError
from churn.params.campaign import Campaign
from churn.params.section import load
from churn.params.train import Train
from churn.scoring.scorer import Scorer
from churn.steps.train import export, families
from churn.steps.train.choose import choose
from churn.steps.train.compare import Candidate, compare
from churn.steps.train.train import refuse_unvalidated, train
from customers import invent

TRAIN = Train(
    seed=7,
    folds=3,
    repeats=1,
    jobs=1,
    parity=1e-6,
    candidates={
        "boosting": {"n_estimators": [20]},
        "scorecard": {"C": [0.1, 1.0]},
        "forest": {"n_estimators": [20], "min_samples_leaf": [5]},
        "dummy": {},
    },
)
CAMPAIGN = Campaign(
    months=12, margin=0.6, offer=50, contact=5, acceptance=0.3, horizon_days=30, tiers={"low": 0, "high": 0.5}
)
SPLIT = {"seed": 20, "test_share": 0.2}
ORIGIN = {"digests": {"code": "c", "params": "p"}, "versions": {}}


@pytest.fixture(scope="module")
def rows():
    return table.typed(invent(900)).assign(weight=1.0)


@pytest.fixture(scope="module")
def competing(rows):
    return list(compare(rows, TRAIN))


@pytest.fixture(scope="module")
def trained(competing, rows):
    return train(competing, rows, TRAIN, CAMPAIGN, SPLIT, ORIGIN)


def candidate(family, losses):
    return Candidate(family, {}, None, {"log_loss": np.array(losses), "roc_auc": np.array(losses)}, [])


def test_families_compete_in_order_of_simplicity_over_the_same_folds(competing):
    assert [one.family for one in competing] == ["dummy", "scorecard", "forest", "boosting"]
    assert {len(one.folds["log_loss"]) for one in competing} == {3}
    assert [len(one.grid) for one in competing] == [1, 2, 1, 1]
    assert competing[0].folds["roc_auc"].tolist() == [0.5, 0.5, 0.5]


def test_the_simplest_within_one_paired_error_of_the_best_wins():
    simple, best = candidate("scorecard", [0.41, 0.43, 0.42]), candidate("boosting", [0.42, 0.41, 0.42])
    standings = choose([simple, best], {})
    assert [one.candidate.family for one in standings if one.chosen] == ["scorecard"]
    assert standings[0].difference == pytest.approx(0.01 / 3)
    assert standings[0].difference_se == pytest.approx(np.std([-0.01, 0.02, 0.0], ddof=1) / np.sqrt(3))


def test_a_small_but_steady_advantage_beats_simplicity():
    simple, best = candidate("scorecard", [0.420, 0.521, 0.320]), candidate("boosting", [0.415, 0.516, 0.315])
    assert [one.chosen for one in choose([simple, best], {})] == [False, True]


def test_who_cannot_be_exported_is_out_with_a_reason_even_if_best():
    standings = choose([candidate("scorecard", [0.42, 0.43]), candidate("forest", [0.1, 0.1])], {"forest": "no form"})
    assert [(one.chosen, one.out) for one in standings] == [(True, None), (False, "no form")]


def test_nobody_left_is_an_error_that_lists_everybody():
    with pytest.raises(ExportError, match=r"(?s)no candidate can be served.*forest: no form"):
        choose([candidate("forest", [0.1, 0.1])], {"forest": "no form"})


def test_the_dummy_is_a_yardstick_and_never_served(trained):
    dummy = trained.metadata["candidates"][0]
    assert dummy["family"] == "dummy"
    assert "yardstick" in dummy["out"]
    assert trained.metadata["family"] != "dummy"


@pytest.mark.parametrize("family", ["scorecard", "forest", "boosting"])
def test_each_family_says_the_same_in_onnx_unseen_categories_included(competing, rows, family):
    fitted = next(one.fitted for one in competing if one.family == family)
    model = export.with_decision(export.export(fitted), {"columns": [vars(column) for column in columns.columns()]})
    strange = rows.assign(Contract="Weekly", PaymentMethod="Barter")
    for table_ in (rows, strange):
        expected = fitted.predict_proba(table_[columns.names()])[:, 1]
        assert np.abs(Scorer(model).probabilities(table_) - expected).max() <= 1e-6


def test_a_model_that_differs_from_its_export_is_caught(competing, rows):
    scorecard, boosting = competing[1].fitted, competing[3].fitted
    assert export.disparity(boosting, export.export(scorecard), rows) > 0.01


def test_candidates_that_fail_parity_are_out(competing, rows):
    with pytest.raises(ExportError, match="its ONNX form differs by"):
        train(competing, rows, TRAIN.model_copy(update={"parity": 1e-18}), CAMPAIGN, SPLIT, ORIGIN)


def test_the_file_carries_the_decision_and_its_digest_is_the_identity(trained):
    scorer = Scorer(trained.model)
    assert scorer.decision == trained.metadata["decision"]
    assert scorer.digest == trained.metadata["digest"] == hashlib.sha256(trained.model).hexdigest()
    assert scorer.decision["split"] == SPLIT
    assert scorer.decision["tiers"] == {"low": 0, "high": 0.5}
    onnx.checker.check_model(onnx.load_from_string(trained.model))


def test_training_twice_gives_the_same_bytes(rows, trained):
    again = train(compare(rows, TRAIN), rows, TRAIN, CAMPAIGN, SPLIT, ORIGIN)
    assert again.model == trained.model
    assert json.dumps(again.metadata) == json.dumps(trained.metadata)


def test_the_order_in_which_operators_are_listed_does_not_matter(competing):
    model = export.export(competing[1].fitted)
    turned = onnx.ModelProto()
    turned.CopyFrom(model)
    del turned.opset_import[:]
    turned.opset_import.extend(reversed(model.opset_import))
    assert len(model.opset_import) > 1
    assert export.with_decision(turned, {}) == export.with_decision(model, {})


def test_ids_change_nothing(rows, trained):
    renamed = rows.assign(customerID="someone")
    assert train(compare(renamed, TRAIN), renamed, TRAIN, CAMPAIGN, SPLIT, ORIGIN).model == trained.model


def test_weights_count(rows):
    """Rows without weight are as good as absent: the second half, with its labels turned, changes nothing."""
    turned = rows.copy()
    turned.loc[turned.index[450:], "Churn"] = turned["Churn"].iloc[450:].map({"Yes": "No", "No": "Yes"})
    ignored = turned.assign(weight=[1.0] * 450 + [1e-9] * 450)
    one = TRAIN.model_copy(update={"candidates": {"scorecard": {"C": [1.0]}}})
    p = {
        name: Scorer(train(compare(t, one), t, one, CAMPAIGN, SPLIT, ORIGIN).model).probabilities(rows)
        for name, t in {"ignored": ignored, "turned": turned, "true": rows}.items()
    }
    assert np.corrcoef(p["ignored"], p["true"])[0, 1] > 0.9
    assert np.corrcoef(p["turned"], p["true"])[0, 1] < 0.5


def test_an_unknown_family_and_a_bad_grid_are_named(rows):
    for grid, words in (
        ({"dummy": {}, "oracle": {}}, "oracle: no such family; there are dummy, scorecard"),
        ({"scorecard": {"C": [-1]}}, "train.candidates.scorecard: The 'C' parameter"),
        ({"scorecard": {"depth": [1]}}, "train.candidates.scorecard: Invalid parameter 'depth'"),
    ):
        with pytest.raises(ParamsError, match=words):
            list(compare(rows, TRAIN.model_copy(update={"candidates": grid})))


def test_unvalidated_data_is_refused():
    refuse_unvalidated({"passed": True, "contract": columns.digest()})
    for verdict in ({"passed": False, "contract": columns.digest()}, {"passed": True, "contract": "other"}, {}):
        with pytest.raises(TableError, match="has not passed validation"):
            refuse_unvalidated(verdict)


def test_every_family_of_params_yaml_exists():
    real = load(Train)
    assert set(real.candidates) <= set(families.FAMILIES)
