import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnx
import pytest

import models
from churn import columns, contract
from churn.campaign import offer_value
from churn.errors import ModelError
from churn.scoring.coded import Coded
from churn.scoring.engine import Engine

FAMILIES = ["scorecard", "forest", "boosting"]


def of(family):
    return models.model() if family == "scorecard" else models.grown(family)


@pytest.fixture(scope="module", params=FAMILIES)
def engine(request):
    return Engine(of(request.param).model, version=3)


@pytest.fixture(scope="module")
def customers():
    rows = models.test_rows()[columns.names()].head(300)
    whole = {"tenure": int, "SeniorCitizen": int}
    return rows.astype(whole).to_dict("records")


def with_note(model, key, change):
    """Give the file with one note changed, or without it."""
    turned = onnx.load_from_string(model)
    note = next(one for one in turned.metadata_props if one.key == key)
    if change is None:
        turned.metadata_props.remove(note)
    else:
        note.value = change(note.value)
    return turned.SerializeToString()


def told(change):
    """Turn a change of the object into a change of its text."""
    return lambda text: json.dumps(change(json.loads(text)))


def test_one_and_many_and_a_table_say_the_same_to_the_last_bit(engine, customers):
    many = engine.answers(customers)
    table = engine.table({name: np.array([row[name] for row in customers]) for name in columns.names()})
    assert [engine.answer(customer) for customer in customers] == many
    table["risk_tier"] = table["risk_tier"].plain()
    for name, cells in table.items():
        assert cells.tolist() == [answer[name] for answer in many], name


def test_a_column_of_codes_says_the_same_as_its_texts(engine, customers):
    plain = {name: np.array([row[name] for row in customers]) for name in columns.names()}
    coded = dict(plain)
    for column in columns.columns():
        if column.kind == "category":
            values = ["never asked for", *reversed(column.allowed)]
            at = {value: code for code, value in enumerate(values)}
            coded[column.name] = Coded(np.array([at[cell] for cell in plain[column.name]], np.int32), values)
    assert engine.probabilities(coded).tolist() == engine.probabilities(plain).tolist()
    assert engine.table(coded)["expected_value"].tolist() == engine.table(plain)["expected_value"].tolist()


def test_an_answer_is_plain_and_says_what_the_decision_means(engine, customers):
    for answer in engine.answers(customers):
        churn, value = answer["churn_probability"], answer["expected_value"]
        assert {name: type(one) for name, one in answer.items()} == {
            "churn_probability": float, "churn": bool, "offer": bool, "expected_value": float, "risk_tier": str,
        }  # fmt: skip
        assert answer["churn"] == (churn > engine.decision["threshold"])
        assert answer["offer"] == (value > 0)
        assert answer["risk_tier"] == ("high" if churn >= 0.5 else "low")
    expected = offer_value(
        np.array([one["churn_probability"] for one in engine.answers(customers)]),
        np.array([one["MonthlyCharges"] for one in customers]),
        models.CAMPAIGN,
    )
    assert [one["expected_value"] for one in engine.answers(customers)] == expected.tolist()


def test_the_threshold_itself_is_no_flag_and_the_bound_of_a_tier_belongs_to_it(customers):
    churn = Engine(models.model().model, 1).answer(customers[0])["churn_probability"]
    on_it = {"threshold": churn, "tiers": {"z-low": 0.0, "a-high": churn}}
    turned = Engine(with_note(models.model().model, "churn", told(lambda decision: decision | on_it)), 1)
    answer = turned.answer(customers[0])
    table = turned.table({name: np.array([customers[0][name]]) for name in columns.names()})
    assert (answer["churn"], answer["risk_tier"]) == (False, "a-high")
    assert (bool(table["churn"][0]), table["risk_tier"].plain()[0]) == (False, "a-high")


def test_nobody_asked_is_nobody_answered(engine):
    assert engine.answers([]) == []
    assert len(engine.table({name: np.array([]) for name in columns.names()})["churn"]) == 0


def test_an_id_beside_the_columns_changes_nothing(engine, customers):
    assert engine.answer({**customers[0], contract.ID: "0001-A"}) == engine.answer(customers[0])


def test_many_threads_may_ask_at_once(engine, customers):
    alone = [engine.answer(customer) for customer in customers]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(engine.answer, customers)) == alone


def test_the_sum_of_terms_agrees_with_onnx(customers):
    engine = Engine(models.model().model, 1)
    rows = models.test_rows()
    assert not engine.needs_explainer
    assert np.abs(engine.probabilities(rows) - engine._scorer.probabilities(rows)).max() <= 1e-6
    assert not (engine.probabilities(rows) == engine._scorer.probabilities(rows)).all(), "float64 is not float32"


def test_a_curved_number_that_is_not_whole_or_beyond_its_bound_is_still_summed():
    engine = Engine(models.model().model, 1)
    rows = models.test_rows(tenure=12.5).head(5)
    far = models.test_rows(tenure=3000.0).head(5)
    for some in (rows, far):
        assert engine.probabilities(some) == pytest.approx(engine._scorer.probabilities(some), abs=1e-6)
        one = [engine.answer(row)["churn_probability"] for row in some.to_dict("records")]
        assert one == engine.probabilities(some).tolist()


def test_a_missing_cell_is_never_a_low_risk():
    engine, rows = Engine(models.model().model, 1), models.test_rows().head(3)
    codes = Coded(np.array([0, -1, 1]), ["Month-to-month", "Two year"])
    assert np.isnan(engine.probabilities({**rows, "Contract": codes})).tolist() == [False, True, False]
    assert np.isnan(engine.probabilities(rows.assign(tenure=[1.0, np.nan, 2.0]))).tolist() == [False, True, False]


def test_preflight_passes_what_train_wrote(engine):
    engine.preflight()


@pytest.mark.parametrize("family", ["scorecard", "boosting"])
@pytest.mark.parametrize(
    ("key", "change", "words"),
    [
        ("golden", None, "no golden rows or no explanation; `dvc repro`"),
        ("explanation", None, "no golden rows or no explanation; `dvc repro`"),
        (
            "golden",
            told(lambda golden: golden | {"probabilities": [p + 2e-6 for p in golden["probabilities"]]}),
            r"its ONNX form is 2\.\de-06 from scikit-learn's figure",
        ),
        ("golden", told(lambda golden: golden | {"probabilities": []}), "cannot be scored"),
        ("golden", told(lambda golden: golden | {"columns": {}}), "cannot be scored"),
        ("golden", lambda _: "[]", "is a list, not an object"),
        ("golden", lambda _: "{", "golden is not JSON"),
        ("churn", told(lambda decision: decision | {"contract": "other"}), "under another contract"),
    ],
)
def test_preflight_refuses_and_says_how_to_mend(family, key, change, words):
    turned = Engine(with_note(of(family).model, key, change), 1)
    with pytest.raises(ModelError, match=words):
        turned.preflight()


def test_preflight_tries_the_sum_of_terms_too():
    """The graph is sound, but the terms beside it are another model's."""
    turned = with_note(
        models.model().model, "explanation", told(lambda one: one | {"intercept": one["intercept"] + 1e-3})
    )
    with pytest.raises(ModelError, match="its sum of terms is"):
        Engine(turned, 1).preflight()


@pytest.mark.parametrize(
    ("key", "change", "words"),
    [
        ("churn", told(lambda decision: {k: v for k, v in decision.items() if k != "threshold"}), "decision is unread"),
        ("churn", told(lambda decision: decision | {"campaign": {}}), "decision is unreadable"),
        ("churn", lambda _: "[]", "decision is unreadable"),
        ("churn", None, "carries no decision"),
        ("explanation", told(lambda one: one | {"terms": {}}), "explanation is torn"),
        ("explanation", told(lambda one: one | {"terms": 7}), "explanation is torn"),
        ("explanation", lambda _: "{", "explanation is not JSON"),
    ],
)
def test_a_torn_file_is_refused_when_it_is_loaded(key, change, words):
    with pytest.raises(ModelError, match=words):
        Engine(with_note(models.model().model, key, change), 1)


@pytest.mark.parametrize("content", [b"", b"not a model", models.model().model[:3000]])
def test_what_is_no_model_is_refused(content):
    with pytest.raises(ModelError, match=r"run `dvc repro`|carries no decision"):
        Engine(content, 1)


def test_a_file_older_than_explanations_scores_but_cannot_explain(customers):
    old = with_note(with_note(models.model().model, "explanation", None), "golden", None)
    engine = Engine(old, 7)
    assert engine.answer(customers[0])["churn_probability"] == pytest.approx(
        Engine(models.model().model, 1).answer(customers[0])["churn_probability"], abs=1e-6
    )
    with pytest.raises(ModelError, match="version 7 cannot explain itself; run `dvc repro`"):
        engine.reasons(customers[0])
    with pytest.raises(ModelError, match="no golden rows"):
        engine.preflight()
