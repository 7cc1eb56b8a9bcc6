import pytest

import models
from churn import columns, contract
from churn.scoring.changes import possible
from churn.scoring.engine import Engine
from churn.terms import Lever

LOOSE = {**contract.EXAMPLE, "InternetService": "Fiber optic", "MonthlyCharges": 70.0, "TotalCharges": 70.0}
NO_INTERNET = LOOSE | dict.fromkeys(contract.ADD_ONS, "No internet service") | {"InternetService": "No"}
BOUND = LOOSE | {"Contract": "Two year", "PaymentMethod": "Bank transfer (automatic)"}


@pytest.fixture(scope="module")
def engine():
    return Engine(models.model().model, 1)


def columns_of(customer):
    return [(lever.column, lever.goal) for lever, _ in possible(customer)]


def test_only_what_the_firm_can_really_change_is_offered():
    assert {column for column, _ in columns_of(LOOSE)} == {"Contract", "PaymentMethod", *contract.ADD_ONS} - {
        "OnlineBackup"
    }
    assert {"gender", "tenure", "MonthlyCharges", "InternetService"}.isdisjoint({one for one, _ in columns_of(LOOSE)})


def test_nobody_is_offered_what_he_has_or_a_step_back():
    offered = columns_of(BOUND | {"OnlineSecurity": "Yes"})
    assert not {"Contract", "PaymentMethod", "OnlineSecurity"} & {column for column, _ in offered}
    assert ("Contract", "One year") not in columns_of(LOOSE | {"Contract": "One year"})
    assert ("Contract", "Two year") in columns_of(LOOSE | {"Contract": "One year"})


def test_an_add_on_needs_a_connection():
    assert not {column for column, _ in columns_of(NO_INTERNET)} & set(contract.ADD_ONS)
    torn = NO_INTERNET | {"TechSupport": "No"}
    assert not {column for column, _ in columns_of(torn)} & set(contract.ADD_ONS), "an incoherent row stays as it is"


@pytest.mark.parametrize("customer", [LOOSE, NO_INTERNET, BOUND])
def test_a_changed_customer_keeps_the_contract_and_its_rules(customer):
    for lever, row in possible(customer):
        contract.Customer(**{name: row[name] for name in columns.names()})
        assert not [rule.name for rule in contract.RULES if rule.broken(row)]
        assert row["TotalCharges"] == customer["TotalCharges"]
        moved = {name for name in columns.names() if row[name] != customer[name]}
        assert moved == {lever.column} | {name for name, _ in lever.adds}


def test_the_bill_moves_with_the_price_of_the_add_on(engine):
    changes = {one["column"]: one for one in engine.changes(LOOSE)}
    assert changes["OnlineSecurity"]["monthly_charges"] == 75.0
    assert changes["OnlineSecurity"]["monthly_difference"] == 5.0
    assert "for 5.00 a month more" in changes["OnlineSecurity"]["text"]
    assert changes["Contract"]["monthly_difference"] == 0.0
    assert "at the same price" in changes["Contract"]["text"]


def test_a_change_says_what_the_model_says_of_such_a_customer(engine):
    now = engine.answer(LOOSE)["churn_probability"]
    rows = {(lever.column, lever.goal): row for lever, row in possible(LOOSE)}
    for one in engine.changes(LOOSE):
        then = engine.answer(rows[one["column"], one["to"]])
        assert one["churn_probability"] == then["churn_probability"]
        assert one["difference"] == pytest.approx(then["churn_probability"] - now)
        assert one["expected_value"] == then["expected_value"]
        assert one["from"] == LOOSE[one["column"]]
        assert f"{then['churn_probability']:.1%} instead of {now:.1%}" in one["text"]
        assert "not a proven effect" in one["note"]


def test_what_lowers_the_risk_most_comes_first_and_what_does_not_is_left_out(engine):
    differences = [one["difference"] for one in engine.changes(LOOSE)]
    assert differences
    assert differences == sorted(differences)
    assert max(differences) < 0


def test_a_bill_beyond_the_contract_is_not_offered():
    dear = LOOSE | {"MonthlyCharges": 498.0, "TotalCharges": 498.0}
    assert {column for column, _ in columns_of(dear)} == {"Contract", "PaymentMethod"}


def test_a_firm_without_levers_changes_nothing(engine, monkeypatch):
    monkeypatch.setattr(contract, "LEVERS", ())
    assert engine.changes(LOOSE) == []


def test_a_lever_may_lower_the_bill(engine, monkeypatch):
    cheaper = Lever("A discount", "Contract", ("Month-to-month",), "One year", adds=(("MonthlyCharges", -7.5),))
    monkeypatch.setattr(contract, "LEVERS", (cheaper,))
    (one,) = engine.changes(LOOSE)
    assert one["monthly_charges"] == 62.5
    assert "for 7.50 a month less" in one["text"]


def test_trees_are_asked_the_same_way():
    engine = Engine(models.grown("boosting").model, 1)
    assert "Contract" in {one["column"] for one in engine.changes(LOOSE)}


def test_the_prices_are_those_of_the_table(telco_raw):
    """Least squares of the bill on the services, as contract.py quotes it."""
    import numpy as np

    flags = [telco_raw[name].eq("Yes") for name in (*contract.ADD_ONS, "PhoneService", "MultipleLines")]
    flags += [telco_raw["InternetService"].eq(kind) for kind in ("DSL", "Fiber optic")]
    flags += [telco_raw["Contract"].eq(kind) for kind in ("One year", "Two year")]
    ways = telco_raw["PaymentMethod"].unique()[1:]
    flags += [telco_raw["PaymentMethod"].eq(way) for way in ways]
    table = np.column_stack([np.ones(len(telco_raw)), *(flag.to_numpy(float) for flag in flags)])
    bill = telco_raw["MonthlyCharges"].astype(float).to_numpy()
    found, *_ = np.linalg.lstsq(table, bill, rcond=None)
    for name, price in zip(contract.ADD_ONS, found[1:], strict=False):
        assert price == pytest.approx(contract.PRICES[name], abs=0.05), name
    assert np.abs(found[-2 - len(ways) :]).max() <= 0.03, "neither the contract nor the way of paying moves the bill"
    assert 1 - np.var(bill - table @ found) / np.var(bill) > 0.998
