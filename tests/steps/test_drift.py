"""The reading of a batch: its state, its columns, its words; and the page, with real Evidently throughout."""

import socket

import numpy as np
import pandas as pd
import pytest

from churn import columns, contract, table
from churn.params.drift import CategoryDistance, Drift, NumberDistance
from churn.steps.drift.drift import judge
from churn.steps.drift.page import page
from churn.steps.drift.pair import cells
from customers import invent

DRIFT = Drift(
    number=NumberDistance(method="wasserstein", threshold=0.2),
    category=CategoryDistance(method="jensenshannon", threshold=0.1),
    min_rows=200,
    max_missing=0.1,
    min_weight=0.03,
)


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
    assert (reading.state, reading.retrain, reading.weight_moved, reading.faults) == ("no_drift", False, 0, [])
    assert reading.summary == "2024-01-31-a.csv (500 rows): no drift: no column moved"
    assert [found.column for found in reading.columns] == columns.names()
    assert all(found.moved is False for found in reading.columns)


def test_a_price_shock_asks_for_retraining(reference, batch):
    reading = read(reference, batch.assign(MonthlyCharges=batch["MonthlyCharges"] * 1.2))
    price = column(reading, "MonthlyCharges")
    assert (reading.state, reading.retrain, price.moved) == ("drift", True, True)
    assert reading.weight_moved == price.weight
    assert reading.reason.startswith("MonthlyCharges moved; they carry")
    assert price.words.startswith("higher: mean ")
    assert price.distance > price.threshold


def test_the_distances_are_those_that_params_name(reference, batch):
    reading = read(reference, batch)
    for name in columns.names("number"):
        spread = np.std(reference[name])
        expected = np.abs(np.subtract(*_quantiles(reference[name], batch[name]))).mean() / spread
        assert column(reading, name).distance == pytest.approx(expected, rel=0.02)
    other = read(reference, batch, category=CategoryDistance(method="psi", threshold=0.2))
    assert {found.method for found in other.columns} == {"wasserstein", "psi"}
    assert column(other, "Contract").distance != column(reading, "Contract").distance
    assert column(other, "tenure").distance == column(reading, "tenure").distance


def _quantiles(*samples):
    return [np.quantile(sample, (np.arange(20_000) + 0.5) / 20_000, method="inverted_cdf") for sample in samples]


def test_what_says_little_about_churn_is_a_note_and_no_alarm(reference, batch):
    reading = read(reference, batch.assign(gender="Female"))
    assert column(reading, "gender").moved
    assert reading.state == "no_drift"
    assert reading.reason.startswith("only gender moved")
    assert "gender: every cell is 'Female': constant" in reading.faults


def test_an_unseen_category_is_named_with_its_count(reference, batch):
    batch.loc[batch.index[:200], "Contract"] = "Three year"
    reading = read(reference, batch)
    assert reading.state == "drift"
    assert "Contract: never seen before: 'Three year' (200 cells)" in reading.faults
    assert "'Three year' 0.0% -> 40.0% (+40.0 points)" in column(reading, "Contract").words


def test_ever_new_categories_are_counted_quickly(reference, batch):
    reading, drawn = judge(reference, batch.assign(Contract=[f"n{row:03d}" for row in range(500)]), DRIFT)
    assert column(reading, "Contract").distance == pytest.approx(np.sqrt(np.log(2)))
    assert column(reading, "Contract").words.endswith("'n004' (1 cell), and 495 more")
    assert "all other unseen values" in drawn


def test_flags_compare_as_text_whatever_their_type(reference, batch):
    whole = batch.assign(SeniorCitizen=batch["SeniorCitizen"].astype("int64"))
    assert read(reference, whole) == read(reference, batch)
    assert set(cells(batch, next(c for c in columns.columns() if c.kind == "flag"))) == {"0", "1"}


def test_cents_instead_of_dollars_look_like_a_unit(reference, batch):
    reading = read(reference, batch.assign(TotalCharges=batch["TotalCharges"] * 100), min_weight=0.001)
    found = column(reading, "TotalCharges")
    assert reading.state == "drift"
    assert "looks like a change of unit" in found.words
    assert "outside the contract's range" in found.words


@pytest.mark.parametrize("name", ["TotalCharges", "Contract"])
def test_a_constant_column_is_said_so(reference, batch, name):
    reading = read(reference, batch.assign(**{name: batch[name].iloc[1]}), min_weight=0.001)
    assert reading.state == "drift"
    assert "constant" in column(reading, name).words


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda batch: batch[:1], "the batch has 1 row(s), too few to judge (drift.min_rows is 200)"),
        (lambda batch: batch[:0], "the batch has 0 row(s), too few to judge (drift.min_rows is 200)"),
        (lambda batch: batch.drop(columns="gender"), "gender not judged: the batch has no such column"),
        (lambda batch: batch[[contract.ID]], "every column not judged: the batch has no such column"),
    ],
)
def test_what_cannot_be_judged_is_unknown(reference, batch, spoil, reason):
    reading = read(reference, spoil(batch))
    assert (reading.state, reading.retrain, reading.reason) == ("unknown", False, reason)
    assert reading.faults


def test_columns_without_usable_cells_are_not_judged(reference, batch):
    spoilt = batch.assign(
        tenure=np.nan, MonthlyCharges=np.inf, TotalCharges=1e308, SeniorCitizen=np.nan, Partner="", Dependents=None
    )
    spoilt.loc[spoilt.index[:60], "gender"] = ""
    reading = read(reference, spoilt)
    assert reading.state == "unknown"
    bound = "(drift.max_missing is 10%)"
    unjudged = {found.column: found.words for found in reading.columns if found.moved is None}
    numbers = dict.fromkeys(("tenure", "MonthlyCharges", "TotalCharges", "SeniorCitizen"), "100%, number")
    texts = {"Partner": "100%, text", "Dependents": "100%, text", "gender": "12%, text"}
    for name, words in (numbers | texts).items():
        share, kind = words.split(", ")
        assert unjudged.pop(name) == f"not judged: {share} of the batch's cells hold no {kind} {bound}"
    assert not unjudged


def test_nan_in_every_number_and_a_moved_category_is_drift_with_its_faults(reference, batch):
    spoilt = batch.assign(**dict.fromkeys(columns.names("number"), np.nan), Contract="Two year")
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
    for poor in (reference[:0], reference[:50]):
        found = read(poor, batch)
        assert (found.state, found.reason[:13]) == ("unknown", "the reference")
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
    reading = read(reference, batch.assign(region="north", Churn="Yes"))
    assert reading.batch.extra == ["region"]
    assert reading.columns == read(reference, batch).columns


def test_nothing_reaches_for_the_network(reference, batch, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("the drift step reached for the network"))
    assert read(reference, batch).state == "no_drift"
