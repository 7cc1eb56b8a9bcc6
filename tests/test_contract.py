from typing import Annotated, Literal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field, ValidationError, create_model

from churn import columns, contract, table
from churn.errors import ContractError
from churn.terms import Blank, Lever, Segment
from customers import invent

RAW = invent(40)
CELL = {"gender": "Male"}
any_text = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


def a_customer(typed: pd.DataFrame) -> dict:
    record = typed.iloc[0][columns.names()].to_dict()
    return {name: int(value) if name in {"SeniorCitizen", "tenure"} else value for name, value in record.items()}


def test_columns_have_the_order_and_kinds_of_the_record():
    assert columns.names() == list(contract.Customer.model_fields)
    assert columns.names("flag") == ["SeniorCitizen"]
    assert columns.names("number") == ["tenure", "MonthlyCharges", "TotalCharges"]
    assert len(columns.names("category")) == 15


def test_a_clean_table_has_no_faults(typed, raw):
    assert table.faults(typed, raw).empty


def test_the_digest_of_the_contract_follows_its_meaning(monkeypatch):
    before = columns.digest()
    monkeypatch.setattr(contract, "CURVED", ())
    assert columns.digest() != before


@pytest.mark.parametrize(
    ("column", "value", "check"),
    [
        ("tenure", "x", "is not a number"),
        ("tenure", "1.5", "is a whole number"),
        ("tenure", "-1", "is at least 0"),
        ("tenure", "", "is blank"),
        ("MonthlyCharges", "inf", "is at most 500"),
        ("MonthlyCharges", "7000", "is at most 500"),
        ("MonthlyCharges", "NaN", "is not a number"),
        ("TotalCharges", " ", "is blank"),
        ("SeniorCitizen", "2", "is one of [0, 1]"),
        ("Contract", "Weekly", "is one of ['Month-to-month', 'One year', 'Two year']"),
        ("customerID", "  ", "is blank"),
        ("Churn", "maybe", "is one of ['No', 'Yes']"),
    ],
)
def test_each_fault_names_row_column_check_and_value(raw, column, value, check):
    row = raw.index[raw["tenure"].astype(int) > 0][3]
    raw.loc[row, column] = value
    faults = table.faults(table.typed(raw), raw)
    assert faults.to_dict("records") == [{"row": row, "column": column, "check": check, "value": value.strip()}]


def test_blank_total_of_a_new_customer_is_nothing_billed(raw):
    new = raw["tenure"] == "0"
    assert new.any()
    assert (raw.loc[new, "TotalCharges"] == " ").all()
    assert (table.typed(raw).loc[new, "TotalCharges"] == 0).all()


def test_white_space_does_not_matter(raw, typed):
    padded = raw.apply(lambda cells: " " + cells + "\t")
    pd.testing.assert_frame_equal(table.typed(padded), typed)


@settings(deadline=None, max_examples=60)
@given(column=st.sampled_from(columns.names()), value=any_text)
def test_a_row_that_passes_the_table_checks_is_a_customer_of_the_record(column, value):
    """Whatever a cell holds, the table's checks and the record agree."""
    raw = RAW.head(1).copy()
    raw.loc[raw.index[0], column] = value
    typed = table.typed(raw)
    accepted = table.faults(typed, raw).empty
    try:
        contract.Customer.model_validate(a_customer(typed))
        valid = True
    except (ValidationError, ValueError, OverflowError):
        valid = False
    assert accepted == valid


def test_header_faults_suggest_the_renamed_column():
    renamed = [name if name != "PaymentMethod" else "payment_method" for name in RAW]
    missing, extra = table.header_faults(renamed)
    assert missing == "column 'PaymentMethod' is missing; rename 'payment_method' if that is it"
    assert "'payment_method' is not in the contract" in extra


@pytest.mark.parametrize("name", ["Churn Score", "churn_score", "CLTV", "Satisfaction Score", "CustomerStatus"])
def test_columns_that_tell_the_outcome_are_refused_by_name(name):
    (fault,) = table.header_faults([*RAW, name])
    assert "tells the outcome" in fault


def test_a_contract_that_declares_a_leaking_column_is_refused(monkeypatch):
    monkeypatch.setattr(contract, "LEAKS", (*contract.LEAKS, "tenure"))
    assert any("tells the outcome" in fault for fault in table.header_faults(list(RAW)))


def test_the_digest_of_a_table_ignores_the_id_and_sees_every_value(typed):
    renamed = typed.assign(customerID="someone")
    changed = typed.copy()
    changed.loc[5, "MonthlyCharges"] += 0.01
    assert table.digest(renamed) == table.digest(typed)
    assert table.digest(changed) != table.digest(typed)
    assert table.digest(typed.iloc[::-1]) != table.digest(typed)


@pytest.fixture
def spelt(monkeypatch):
    """Put another spelling into contract.py."""

    def spelt(**names):
        for name, value in names.items():
            monkeypatch.setattr(contract, name, value)
        columns.columns.cache_clear()
        return columns.columns()

    yield spelt
    monkeypatch.undo()
    columns.columns.cache_clear()


def record(**fields):
    return create_model("Customer", **{name: (kind, ...) for name, kind in fields.items()})


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ({"Customer": record(tenure=str)}, "tenure: a field is an int, a float, or a Literal"),
        ({"Customer": record(tenure=Literal["a", 1])}, "tenure: a field is an int, a float, or a Literal"),
        ({"Customer": record(tenure=Annotated[int, Field(gt=0)])}, "bounded by ge and le alone"),
        ({"Customer": record(tenure=Annotated[int, Field(ge=0, multiple_of=2)])}, "bounded by ge and le alone"),
        ({"Customer": record(weight=float)}, "'weight'.* cannot name a field"),
        ({"TARGET": "gender"}, "'gender'.* cannot name a field"),
        ({"CURVED": ("gender",)}, "CURVED may hold numbers"),
        ({"CURVED": ("Tenure",)}, "CURVED may hold numbers"),
        ({"BLANKS": (Blank("Total", 0, "tenure", 0),)}, "BLANKS may speak of numbers"),
        ({"SEGMENTS": (Segment("region"),)}, "SEGMENTS may speak of columns"),
    ],
)
def test_a_contract_that_no_table_can_be_held_to_is_refused(spelt, names, words):
    others = {"CURVED": (), "BLANKS": (), "SEGMENTS": ()} if "Customer" in names else {}
    with pytest.raises(ContractError, match=words):
        spelt(**others | names)


@pytest.mark.parametrize(
    "lever",
    [
        Lever("x", "Contrct", ("Month-to-month",), "One year"),
        Lever("x", "Contract", ("Month to month",), "One year"),
        Lever("x", "Contract", ("Month-to-month",), "Three year"),
        Lever("x", "Contract", (), "One year"),
        Lever("x", "Contract", ("Month-to-month", "One year"), "One year"),
        Lever("x", "tenure", (1,), 2),
        Lever("x", "TechSupport", ("No",), "Yes", adds=(("Charges", 5.0),)),
        Lever("x", "TechSupport", ("No",), "Yes", adds=(("Contract", 5.0),)),
        Lever("x", "TechSupport", ("No",), "Yes", needs=(("InternetService", ("Fibre",)),)),
        Lever("x", "TechSupport", ("No",), "Yes", needs=(("InternetService", ()),)),
    ],
)
def test_a_misspelt_lever_is_refused(spelt, lever):
    with pytest.raises(ContractError, match="LEVERS may lead from allowed values"):
        spelt(LEVERS=(lever,))
