import numpy as np
import pytest

import models
from churn import columns, contract
from churn.errors import ModelError
from churn.scoring.engine import Engine
from churn.scoring.reasons import reasons
from churn.steps.train.compare import compare

CONNECTED = {**contract.EXAMPLE}
ADD_ONS = dict.fromkeys(contract.ADD_ONS, "No internet service")
UNCONNECTED = CONNECTED | ADD_ONS | {"InternetService": "No"}


@pytest.fixture(scope="module")
def engine():
    return Engine(models.model().model, 1)


@pytest.fixture(scope="module")
def customers():
    return models.test_rows()[columns.names()].to_dict("records")


def flat(**some):
    return dict.fromkeys(columns.names(), 0.0) | some


def codes(customer, contributions, usual=None):
    return [one["code"] for one in reasons(customer, contributions, usual or {}, "log-odds")]


def test_contributions_and_the_average_add_up_to_the_log_odds(engine, customers):
    card = engine._scorecard
    for customer in customers:
        total = card.average + sum(card.contributions(customer).values())
        assert total == pytest.approx(card.log_odds(customer), abs=1e-12)
        churn = engine.answer(customer)["churn_probability"]
        assert total == pytest.approx(np.log(churn / (1 - churn)), abs=1e-9)


def test_the_average_training_customer_has_no_contributions():
    """Over the very rows that were trained on, each column's contributions cancel."""
    rows = models.population()
    learnt = rows[~models.is_test(rows, 20, 0.2)].head(3000)[columns.names()]
    card = Engine(models.model().model, 1)._scorecard
    sums = np.array([list(card.contributions(customer).values()) for customer in learnt.to_dict("records")])
    assert np.abs(sums.mean(axis=0)).max() < 1e-8


def test_contributions_are_those_of_the_coefficients(customers):
    """Turning one column over moves its own contribution by what scikit-learn's log-odds move, and no other's."""
    learnt = models.population().head(1500)
    knobs = models.Train(seed=7, folds=2, repeats=1, jobs=1, parity=1e-6, candidates={"scorecard": {"C": [1.0]}})
    (candidate,) = compare(learnt, knobs)
    engine = Engine(
        models.train([candidate], learnt, knobs, models.CAMPAIGN, {}, {"digests": {}, "versions": {}}).model, 1
    )
    rows = models.test_rows()[columns.names()].head(40)
    for name, value in (("Contract", "Two year"), ("tenure", 40.0), ("MonthlyCharges", 99.0), ("SeniorCitizen", 1.0)):
        turned = rows.assign(**{name: value})
        moved = candidate.fitted.decision_function(turned) - candidate.fitted.decision_function(rows)
        pairs = zip(rows.to_dict("records"), turned.to_dict("records"), moved, strict=True)
        for before, after, expected in pairs:
            one, other = engine._scorecard.contributions(before), engine._scorecard.contributions(after)
            assert other[name] - one[name] == pytest.approx(expected, abs=1e-7)
            assert {column for column in one if one[column] != other[column]} <= {name}


def test_reasons_stand_strongest_first_and_tiny_ones_are_left_out(engine, customers):
    for customer in customers[:100]:
        effects = [abs(one["effect"]) for one in engine.reasons(customer)]
        assert effects == sorted(effects, reverse=True)
        assert min(effects, default=1.0) >= 0.05


def test_each_reason_points_the_way_of_its_effect(engine, customers):
    for customer in customers[:100]:
        for one in engine.reasons(customer):
            assert one["direction"] == ("raises" if one["effect"] > 0 else "lowers")
            assert one["text"].endswith(f"{one['direction']} the risk")
            assert one["value"] == customer[one["column"]]
            assert one["unit"] == "log-odds"


@pytest.mark.parametrize(
    ("column", "value", "effect", "code", "text"),
    [
        ("Contract", "Month-to-month", 0.7, "Contract.month-to-month.raises",
         "Contract is Month-to-month: raises the risk"),
        ("PaymentMethod", "Bank transfer (automatic)", -0.2, "PaymentMethod.bank-transfer-automatic.lowers",
         "Payment method is Bank transfer (automatic): lowers the risk"),
        ("OnlineSecurity", "No", 0.2, "OnlineSecurity.no.raises", "No online security: raises the risk"),
        ("StreamingTV", "Yes", 0.2, "StreamingTV.yes.raises", "Streaming TV: raises the risk"),
        ("SeniorCitizen", 1, 0.2, "SeniorCitizen.1.raises", "Senior citizen: raises the risk"),
        ("SeniorCitizen", 0, -0.2, "SeniorCitizen.0.lowers", "No senior citizen: lowers the risk"),
        ("tenure", 2, 1.2, "tenure.lower.raises", "Tenure at 2, lower than usual: raises the risk"),
        ("tenure", 29, -0.1, "tenure.as.lowers", "Tenure at 29, as usual: lowers the risk"),
        ("TotalCharges", 5266.745, 0.3, "TotalCharges.higher.raises",
         "Total charges at 5,266.74, higher than usual: raises the risk"),
    ],
)  # fmt: skip
def test_a_reason_can_be_said_aloud(column, value, effect, code, text):
    usual = {"tenure": 29.0, "MonthlyCharges": 70.0, "TotalCharges": 1400.0}
    (one,) = reasons(CONNECTED | {column: value}, flat(**{column: effect}), usual, "log-odds")
    assert (one["code"], one["text"], one["effect"]) == (code, text, effect)


def test_no_internet_service_is_one_reason_not_seven(engine):
    (one,) = [one for one in engine.reasons(UNCONNECTED) if "internet" in one["text"]]
    added = engine._scorecard.contributions(UNCONNECTED)
    assert one["text"] == f"No internet service: {one['direction']} the risk"
    assert one["column"] == "InternetService"
    assert one["effect"] == pytest.approx(sum(added[name] for name in ("InternetService", *contract.ADD_ONS)))


def test_codes_do_not_depend_on_the_weights():
    """Two models that differ in strength and order give the same codes for the same customer and directions."""
    weak = codes(CONNECTED, flat(Contract=0.1, tenure=0.9, TechSupport=0.2), {"tenure": 30.0})
    strong = codes(CONNECTED, flat(Contract=2.0, tenure=0.3, TechSupport=1.0), {"tenure": 31.0})
    assert weak != strong
    assert (
        set(weak) == set(strong) == {"Contract.month-to-month.raises", "tenure.lower.raises", "TechSupport.no.raises"}
    )


def test_a_category_that_training_never_saw_is_explained_too():
    learnt = models.population()
    learnt = learnt[learnt["Contract"] != "Two year"].head(1500)
    engine = Engine(models._trained(learnt, {"scorecard": {"C": [1.0]}}, {}).model, 1)
    engine.preflight()
    customer = contract.EXAMPLE | {"Contract": "Two year"}
    added = engine._scorecard.contributions(customer)
    assert added["Contract"] == -engine._scorecard.baseline["Contract"]
    assert engine._scorecard.average + sum(added.values()) == pytest.approx(engine._scorecard.log_odds(customer))


def test_trees_want_contributions(customers):
    engine = Engine(models.grown("boosting").model, 1)
    assert engine.needs_explainer
    with pytest.raises(ModelError, match="a boosting is explained by the explainer process"):
        engine.reasons(customers[0])
    assert [one["code"] for one in engine.reasons(CONNECTED, flat(Contract=0.3))] == ["Contract.month-to-month.raises"]


def test_the_effects_of_a_forest_are_said_to_be_in_probability():
    engine = Engine(models.grown("forest").model, 1)
    assert [one["unit"] for one in engine.reasons(CONNECTED, flat(Contract=0.02, tenure=0.001))] == ["probability"]
