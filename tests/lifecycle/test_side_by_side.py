import json

import numpy as np
import pytest

import models
from churn import table
from churn.errors import ModelError, TrackingError
from churn.lifecycle import registration, retirement
from churn.lifecycle.side_by_side import words as in_words
from churn.lifecycle.side_by_side.compare import compare as side_by_side
from churn.lifecycle.side_by_side.measured import PAIRED, Knobs
from churn.lifecycle.side_by_side.page import page as lay_out
from churn.params.evaluate import Evaluate
from churn.params.section import load
from churn.steps.evaluate.intervals import Interval
from churn.stores.tracking.registry import Registry

GOOD, POOR, OTHER_SPLIT = models.model(), models.model(noise=0.9, rows=400), models.model(seed=21)


@pytest.fixture(scope="module")
def evaluate(request):
    return load(Evaluate, request.config.rootpath / "params.yaml")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A poor version, a good one, its twin, and one of another split; no test changes them."""
    folder = tmp_path_factory.mktemp("shelf")
    known = models.empty_store(folder / "template.db", folder)
    for one in (POOR, GOOD, models.model(c=0.999), OTHER_SPLIT):
        models.enter(known, folder, one)
    return known


@pytest.fixture
def compare(shelf, evaluate, tmp_path):
    def compare(a, b, rows=None, settings=shelf):
        path = tmp_path / "test.parquet"
        if rows is not False:
            (models.test_rows() if rows is None else rows).to_parquet(path)
        knobs = Knobs(models.REGISTER, models.GATE, models.CAMPAIGN, evaluate)
        return side_by_side(settings, knobs, a, b, path)

    return compare


@pytest.fixture
def two(enter):
    """Two versions in a registry of the test's own."""
    enter(POOR), enter(GOOD)


def test_the_better_version_is_told_from_the_poor_one_in_pairs(compare):
    found = compare(1, 2)
    measured = found.measured
    assert measured.rows == len(models.test_rows())
    assert set(measured.differences) == set(PAIRED)
    apart = measured.differences["log_loss"]
    a, b = (side["log_loss"] for side in measured.values)
    assert apart.value == pytest.approx(b.value - a.value)
    assert apart.high < 0
    text = in_words.tell(found)
    (line,) = [one for one in text.splitlines() if one.strip().startswith("roc_auc") and "better" in one]
    assert line.endswith("version 2 better")
    assert "the logged figures of version 1 were measured on this very table" in text
    assert "version 2 better" not in in_words.tell(compare(2, 1)).replace("1 less 2", "")[:200]


def test_the_difference_is_drawn_in_pairs_and_agrees_with_the_gates_own_drawing(compare):
    measured = compare(1, 2).measured
    (loss, profit), apart = measured.asked_by_the_gate, measured.differences
    assert loss.value == pytest.approx(-apart["log_loss"].value, abs=1e-6)
    assert (loss.low, loss.high) == pytest.approx((-apart["log_loss"].high, -apart["log_loss"].low), abs=0.01)
    assert profit.value == pytest.approx(apart["profit_per_1000_offer_rule"].value, rel=1e-6)
    wide = np.ptp([measured.values[1]["profit_per_1000_offer_rule"].low, profit.value])
    assert profit.value - profit.low < 2 * wide


def test_a_version_beside_one_that_says_the_same_is_not_told_apart(compare):
    apart = compare(2, 3).measured.differences["roc_auc"]
    assert abs(apart.value) < 0.005
    assert in_words.outcome("roc_auc", Interval(0.001, -0.002, 0.004), (1, 2)) == "not told apart"
    assert in_words.outcome("roc_auc", Interval(0.001), (1, 2)) == "unknown"
    assert in_words.outcome("brier", Interval(-0.01, -0.02, -0.001), (1, 2)) == "version 2 better"
    assert in_words.outcome("roc_auc", Interval(-0.01, -0.02, -0.001), (1, 2)) == "version 1 better"


def test_only_rows_that_neither_trained_on_count(compare):
    measured = compare(2, 4).measured
    assert 0 < measured.rows < len(models.test_rows()) / 2


def test_the_same_comparison_gives_the_same_page_that_needs_nothing_else(compare):
    page = lay_out(compare(1, 2))
    assert page == lay_out(compare(1, 2))
    text = page.decode()
    assert text.count("<svg") == 5
    assert "<script" not in text
    assert "://" not in text.replace("http://www.w3.org", "")
    for title in ("ROC", "Precision and recall", "Calibration", "Gains", "Profit", "Who would change tier"):
        assert title in text


def test_as_json_it_holds_no_single_customer_and_no_nan(compare):
    told = json.loads(json.dumps(compare(1, 2).plain(), allow_nan=False))
    assert "flips" not in told["measured"]["migration"]
    assert told["measured"]["metrics"]["roc_auc"]["b_less_a"]["low"] > 0
    assert told["table"]["digest"] == table.digest(models.test_rows())
    assert told["table"]["measured_on_it"] == [True, True]
    assert told["versions"][0]["logged"]["roc_auc"] == {"value": 0.8, "low": 0.75, "high": 0.85}


def test_figures_that_were_logged_without_interval_or_not_at_all_are_said_to_be(known, enter, compare):
    enter(POOR), enter(GOOD, metrics={"roc_auc": {"value": 0.7}, "brier": {"value": 0.2, "low": 0.1, "high": 0.3}})
    logged = in_words.logged(compare(1, 2, settings=known))
    assert in_words.spell("roc_auc", logged["roc_auc"][1])[0] == "0.700 (no interval was logged)"
    assert in_words.spell("brier", logged["brier"][0])[0] == "unknown (not logged)"


def test_another_table_than_the_figures_were_measured_on_is_said(two, compare, known):
    other = models.test_rows().iloc[:900]
    client = Registry(known.store, "telco-churn")._client
    client.delete_model_version_tag("telco-churn", "1", registration.TEST_TABLE)
    found = compare(1, 2, other, known)
    assert found.table["measured_on_it"] == [None, False]
    words = in_words.table_words(found)
    assert words[1].endswith("version 1 do not tell which table they were measured on")
    assert words[2].endswith("version 2 were measured on another table")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (lambda rows: rows.drop(columns="tenure"), "the model needs column 'tenure'"),
        (lambda rows: rows.drop(columns="Churn"), "the table lacks outcomes"),
        (lambda rows: rows.assign(tenure=np.nan), "rows get no probability: they lack values"),
        (lambda rows: rows.iloc[:0], "every row of the table was trained on"),
        (lambda _: False, "is not there; `dvc repro prepare`"),
    ],
)
def test_rows_on_which_nothing_can_be_measured_are_unknown_and_said_so(compare, rows, words):
    found = compare(1, 2, rows(models.test_rows()))
    assert found.measured is None
    assert words in found.unknown
    assert "measured on the same customers: unknown" in in_words.tell(found)
    assert b"could not be measured side by side" in lay_out(found)
    assert found.plain()["measured"] is None


def test_rows_of_one_outcome_have_no_ranking_and_no_interval(compare):
    measured = compare(1, 2, models.test_rows(Churn="No")).measured
    assert measured.differences["roc_auc"] == Interval(None, reason="all customers have the same outcome")
    assert measured.differences["log_loss"].low is None
    assert "an interval needs" in measured.differences["log_loss"].reason


def test_versions_that_read_other_columns_or_keep_another_contract_are_unknown(compare, monkeypatch):
    from churn.scoring.scorer import Scorer

    whole = Scorer.__init__

    def other(change):
        def init(self, model):
            whole(self, model)
            if self.digest == GOOD.metadata["digest"]:
                self.decision |= change(self.decision)

        return init

    monkeypatch.setattr(Scorer, "__init__", other(lambda known: {"columns": known["columns"][1:]}))
    assert compare(1, 2).unknown.startswith("the two read different columns: ")
    monkeypatch.setattr(Scorer, "__init__", other(lambda _: {"contract": "0" * 64}))
    assert compare(1, 2).unknown.startswith("one of them was made for another contract")


def test_a_version_whose_file_was_changed_is_unknown(two, compare, known, tmp_path):
    for kept in tmp_path.glob("mlruns/**/artifacts/*.onnx"):
        kept.write_bytes(GOOD.model)
    assert compare(1, 2, settings=known).unknown.startswith("version 1 cannot be fetched")


def test_what_cannot_be_compared_at_all_is_refused(shelf, compare):
    with pytest.raises(ModelError, match="version 1 beside itself"):
        compare(1, 1)
    with pytest.raises(ModelError, match="no version 9"):
        compare(1, 9)
    away = shelf.model_copy(update={"tracking_uri": "http://127.0.0.1:9"})
    away.__dict__.pop("store", None)
    with pytest.raises(TrackingError, match="does not answer"):
        compare(1, 2, settings=away)


def test_a_retired_version_may_be_looked_at_and_is_said_to_be_retired(known, two, compare):
    retirement.retire(known, models.REGISTER, 1, "a broken export")
    found = compare(1, 2, settings=known)
    assert "retired by tester" in in_words.tell(found)
    assert b"Version 1 was retired by tester" in lay_out(found)
