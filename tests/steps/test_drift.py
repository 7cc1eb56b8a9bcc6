"""The reading of a batch: its state, its columns, its words; and the page, with real Evidently throughout."""

import socket

import numpy as np
import pandas as pd
import pytest

from churn import columns, contract, table
from churn.params.drift import CategoryDistance, Drift
from churn.params.section import load
from churn.steps.drift.drift import judge
from churn.steps.drift.page import page
from churn.steps.drift.pair import cells
from customers import invent

DRIFT = load(Drift)


@pytest.fixture(scope="module")
def reference() -> pd.DataFrame:
    rows = table.typed(invent(2000, seed=1))
    rows.loc[rows["MonthlyCharges"] > 90, contract.TARGET] = contract.POSITIVE
    return rows


@pytest.fixture
def batch() -> pd.DataFrame:
    return table.typed(invent(500, seed=2).drop(columns=contract.TARGET))


def read(reference, batch, **changed):
    return judge(reference, batch, DRIFT.model_copy(update=changed), "2024-01-31-a.csv")[0]


def column(reading, name):
    return next(found for found in reading.columns if found.column == name)


def test_a_clean_batch_has_not_drifted(reference, batch):
    reading = read(reference, batch)
    assert (reading.state, reading.kind, reading.retrain) == ("no_drift", None, False)
    assert (reading.weight_moved, reading.faults) == (0, [])
    assert reading.summary == "2024-01-31-a.csv (500 rows): no drift: no column moved"
    assert [found.column for found in reading.columns] == columns.names()
    assert all(found.moved is False for found in reading.columns)


def test_a_price_shock_asks_for_retraining(reference, batch):
    reading = read(reference, batch.assign(MonthlyCharges=batch["MonthlyCharges"] * 1.2))
    price = column(reading, "MonthlyCharges")
    assert (reading.state, reading.retrain, price.moved) == ("drift", True, True)
    assert reading.weight_moved == price.weight
    assert reading.kind == "behaviour"
    assert reading.reason.startswith("MonthlyCharges moved; they carry")
    assert "(p < 0.0002; 2.0% of clean batches alarm)" in reading.reason
    assert "no column's shares explain MonthlyCharges: it is higher in 3 of 3 groups of Contract" in reading.reason
    assert price.words.startswith("higher: mean ")
    assert price.distance > price.threshold
    assert price.p_value == price.family_p_value == round(1 / (DRIFT.draws + 1), 10)


def test_the_distances_are_those_that_params_name(reference, batch):
    reading = read(reference, batch)
    for name in columns.names("number"):
        spread = np.std(reference[name])
        expected = np.abs(np.subtract(*_quantiles(reference[name], batch[name]))).mean() / spread
        assert column(reading, name).distance == pytest.approx(expected, rel=0.02)
    other = read(reference, batch, category=CategoryDistance(method="hellinger"))
    assert {found.method for found in other.columns} == {"wasserstein", "hellinger"}
    assert column(other, "Contract").distance != column(reading, "Contract").distance
    assert column(other, "tenure").distance == column(reading, "tenure").distance


def _quantiles(*samples):
    return [np.quantile(sample, (np.arange(20_000) + 0.5) / 20_000, method="inverted_cdf") for sample in samples]


def test_what_says_little_about_churn_is_a_note_and_no_alarm(reference, batch):
    reading = read(reference, batch.assign(gender=np.where(np.arange(500) % 5 > 0, "Female", "Male")))
    assert column(reading, "gender").moved
    assert (reading.state, reading.faults) == ("no_drift", [])
    assert reading.reason.startswith("only gender moved, each with less than 3.0% of what the columns say about churn")


def test_segments_that_grow_take_other_columns_with_them(reference):
    crowd = table.typed(invent(3000, seed=5).drop(columns=contract.TARGET))
    fiber = crowd["InternetService"].eq("Fiber optic")
    crowd.loc[fiber, "MonthlyCharges"] += 40
    known = reference.assign(
        MonthlyCharges=reference["MonthlyCharges"] + 40 * reference["InternetService"].eq("Fiber optic")
    )
    grown = pd.concat([crowd[fiber][:350], crowd[~fiber][:150]], ignore_index=True)
    reading = read(known, grown, min_weight=0.0001)
    assert {"InternetService", "MonthlyCharges"} <= {found.column for found in reading.columns if found.moved}
    assert (reading.state, reading.kind, reading.retrain) == ("drift", "mix", True)
    assert "with the shares of InternetService as in the reference" in reading.reason


def test_an_unseen_category_is_a_fault_that_alarms_and_is_not_learnt_from(reference, batch):
    batch.loc[batch.index[:2], "gender"] = "Unknown"
    reading = read(reference, batch)
    assert (reading.state, reading.kind, reading.retrain) == ("drift", "data_fault", False)
    assert "gender: never seen before: 'Unknown' (2 cells)" in reading.faults
    assert "mend the data and judge it again" in reading.reason


def test_a_value_the_contract_allows_is_no_fault_when_the_reference_lacks_it(reference, batch):
    reading = read(reference[reference["Contract"].ne("Two year")], batch)
    assert (reading.state, reading.kind) == ("drift", "mix")
    assert any("allowed, but not in the reference: 'Two year'" in fault for fault in reading.faults)


def test_a_new_category_in_every_row_is_unknown_and_named(reference, batch):
    reading = read(reference, batch.assign(Contract=[f"n{row:03d}" for row in range(500)]))
    assert (reading.state, reading.kind, reading.retrain) == ("unknown", "data_fault", False)
    assert "Contract not judged: none of its values was ever seen before" in reading.reason
    assert any("'n004' (1 cell), and 495 more" in fault for fault in reading.faults)


def test_ever_new_categories_are_counted_quickly(reference, batch):
    names = [f"n{row:03d}" if row else "One year" for row in range(500)]
    reading, drawn = judge(reference, batch.assign(Contract=names), DRIFT)
    assert (reading.state, reading.kind) == ("drift", "data_fault")
    assert column(reading, "Contract").distance == pytest.approx(np.sqrt(np.log(2)), rel=0.02)
    assert "all other unseen values" in drawn


def test_flags_compare_as_text_whatever_their_type(reference, batch):
    whole = batch.assign(SeniorCitizen=batch["SeniorCitizen"].astype("int64"))
    assert read(reference, whole) == read(reference, batch)
    assert set(cells(batch, next(c for c in columns.columns() if c.kind == "flag"))) == {"0", "1"}


@pytest.mark.parametrize(("cells", "state", "kind"), [(1, "no_drift", None), (100, "drift", "data_fault")])
def test_numbers_that_cannot_be_are_a_fault_and_never_ask_for_retraining(reference, batch, cells, state, kind):
    wrong = batch["TotalCharges"].where(np.arange(500) >= cells, 999_999.0)
    reading = read(reference, batch.assign(TotalCharges=wrong))
    assert (reading.state, reading.kind, reading.retrain) == (state, kind, False)
    said = f"{cells} cell{'s' * (cells > 1)} outside the contract's range, for example 999,999"
    assert said in column(reading, "TotalCharges").words


def test_cents_instead_of_dollars_look_like_a_unit(reference, batch):
    reading = read(reference, batch.assign(TotalCharges=batch["TotalCharges"] * 100))
    found = column(reading, "TotalCharges")
    assert (reading.state, reading.kind, reading.retrain) == ("drift", "data_fault", False)
    assert "looks like a change of unit" in found.words
    assert "outside the contract's range" in found.words


@pytest.mark.parametrize("name", ["TotalCharges", "Contract", "gender"])
def test_a_constant_column_is_a_fault(reference, batch, name):
    reading = read(reference, batch.assign(**{name: batch[name].iloc[1]}))
    assert (reading.state, reading.kind, reading.retrain) == ("drift", "data_fault", False)
    assert "constant" in column(reading, name).words


def test_a_column_that_is_nearly_constant_anyway_may_be_constant(reference, batch):
    rare = reference.assign(PhoneService=np.where(np.arange(2000) < 4, "No", "Yes"))
    reading = read(rare, batch.assign(PhoneService="Yes"))
    assert (reading.state, reading.faults) == ("no_drift", [])


def test_other_values_in_a_column_that_was_constant_are_noted(reference, batch):
    reading = read(reference.assign(PhoneService="Yes"), batch)
    assert column(reading, "PhoneService").moved
    assert reading.state == "no_drift"


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda batch: batch[:1], "the batch has 1 row(s), too few to judge (drift.min_rows is 200)"),
        (lambda batch: batch[:0], "the batch has 0 row(s), too few to judge (drift.min_rows is 200)"),
        (lambda batch: batch.drop(columns="gender"), "gender not judged: the batch has no such column"),
        (lambda batch: batch[[contract.ID]], "every column not judged: the batch has no such column"),
        (lambda batch: batch.iloc[[7] * 500], "every row of the batch is the same: that is no batch of customers"),
    ],
)
def test_what_cannot_be_judged_is_unknown(reference, batch, spoil, reason):
    reading = read(reference, spoil(batch))
    assert (reading.state, reading.retrain) == ("unknown", False)
    assert reading.reason.endswith(reason)
    assert reading.faults
    assert all(found.p_value is None for found in reading.columns if found.moved is None)


def test_faults_of_a_batch_that_cannot_be_judged_are_still_named(reference, batch):
    reading = read(reference, batch[:1].assign(Contract="Three year", TotalCharges=np.nan))
    assert (reading.state, reading.kind) == ("unknown", "data_fault")
    assert "Contract: never seen before: 'Three year' (1 cell)" in reading.faults
    assert "TotalCharges: 1 cell holds no usable value" in reading.faults


def test_columns_without_usable_cells_are_not_judged(reference, batch):
    spoilt = batch.assign(
        tenure=np.nan, MonthlyCharges=np.inf, TotalCharges=1e308, SeniorCitizen=np.nan, Partner="", Dependents=None
    )
    spoilt.loc[spoilt.index[:60], "gender"] = ""
    reading = read(reference, spoilt)
    assert (reading.state, reading.kind) == ("unknown", "data_fault")
    bound = "(drift.max_missing is 10%)"
    unjudged = {found.column: found.words for found in reading.columns if found.moved is None}
    numbers = dict.fromkeys(("tenure", "MonthlyCharges", "TotalCharges", "SeniorCitizen"), "100%, number")
    texts = {"Partner": "100%, text", "Dependents": "100%, text", "gender": "12%, text"}
    for name, words in (numbers | texts).items():
        share, kind = words.split(", ")
        assert unjudged.pop(name).startswith(f"not judged: {share} of the batch's cells hold no {kind} {bound}; ")
    assert not unjudged


def test_nan_in_every_number_and_a_moved_category_is_drift_with_its_faults(reference, batch):
    spoilt = batch.assign(**dict.fromkeys(columns.names("number"), np.nan))
    assert read(reference, spoilt).state == "unknown"
    spoilt["Contract"] = np.where(np.arange(500) < 150, "One year", "Two year")
    reading = read(reference, spoilt)
    assert reading.state == "drift"
    assert column(reading, "tenure").moved is None
    assert "tenure, MonthlyCharges, TotalCharges not judged: 100% of" in reading.reason


def test_a_few_absurd_cells_cost_no_other_column_its_verdict(reference, batch):
    batch.loc[batch.index[:2], "TotalCharges"] = [1.7e308, -np.inf]
    reading = read(reference, batch)
    assert reading.state == "no_drift"
    assert reading.faults == ["TotalCharges: 2 cells hold no usable value"]


def test_no_batch_or_a_poor_reference_is_unknown(reference, batch):
    reading, drawn = judge(reference, None, DRIFT, fault="there is no batch in data/current")
    assert (reading.state, reading.batch, drawn) == ("unknown", None, "")
    assert reading.summary == "no batch: unknown: there is no batch in data/current"
    for poor in (reference[:0], reference[:50], reference.assign(Churn="No"), reference.drop(columns="Churn")):
        found = read(poor, batch.assign(MonthlyCharges=1.0))
        assert (found.state, "the reference" in found.reason) == ("unknown", True)
    assert read(reference.drop(columns="tenure"), batch).reason == "tenure not judged: the reference has no such column"


def test_what_stops_evidently_is_unknown(reference, batch, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "evidently", None)
    reading, drawn = judge(reference, batch, DRIFT)
    assert reading.state == "unknown"
    assert reading.reason.startswith("every column not judged: Evidently could not compare the tables (")
    text = page(reading, drawn, reference, batch, DRIFT)
    assert "Evidently could not compare" in text
    assert len(text) < 20_000


def test_columns_outside_the_contract_are_listed_and_ignored(reference, batch):
    reading = read(reference, batch.assign(region="north", Churn=""))
    assert reading.batch.extra == ["region"]
    plain = read(reference, batch)
    assert [(one.column, one.distance, one.p_value) for one in reading.columns] == [
        (one.column, one.distance, one.p_value) for one in plain.columns
    ]


def test_nothing_reaches_for_the_network(reference, batch, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("the drift step reached for the network"))
    assert read(reference, batch).state == "no_drift"
