import numpy as np
import pytest

from churn.errors import TableError
from churn.params.prepare import Prepare
from churn.steps.prepare.prepare import prepare
from churn.steps.prepare.profile import profile

PARAMS = Prepare(test_share=0.2, seed=20, reference_rows=50_000, period="month", window=None, half_life=None, ignore=[])


def with_(**changes):
    return PARAMS.model_copy(update=changes)


def ids(*tables):
    return sorted(name for table in tables for name in table["customerID"])


def dated(raw, day):
    return raw.assign(observed_at=day, customerID="later-" + raw["customerID"])


def test_every_row_that_arrived_is_accounted_for(raw):
    raw.loc[2, "tenure"] = "many"
    raw.loc[4] = raw.loc[3]
    batch = dated(raw.head(50), "2026-03-04")
    batch.loc[9, "observed_at"] = "soon"
    done = prepare(raw, {"b": batch, "b-again": batch}, PARAMS)
    assert done.arrivals == [
        {"source": "base", "arrived": 600, "accepted": 598, "duplicates": 1, "quarantined": 1},
        {"source": "b", "arrived": 50, "accepted": 47, "duplicates": 1, "quarantined": 2},
        {"source": "b-again", "arrived": 50, "accepted": 0, "duplicates": 48, "quarantined": 2},
    ]
    assert len(done.rows) == 645


def test_quarantine_says_where_what_and_keeps_the_record(raw):
    raw.loc[7, "MonthlyCharges"] = "-3"
    line = prepare(raw, {}, PARAMS, "raw.csv").quarantine.to_dict("records")
    assert [(one["source"], one["row"], one["column"], one["check"], one["value"]) for one in line] == [
        ("raw.csv", 7, "MonthlyCharges", "is at least 0", "-3")
    ]
    assert '"MonthlyCharges":"-3"' in line[0]["record"]


def test_one_bad_row_changes_nothing_else(raw):
    clean = prepare(raw, {}, PARAMS)
    gone = raw.loc[11, "customerID"]
    raw.loc[11, "Contract"] = "Weekly"
    done = prepare(raw, {}, PARAMS)
    assert ids(done.train, done.test) == [name for name in ids(clean.train, clean.test) if name != gone]


def test_a_later_batch_reshuffles_nothing(raw):
    before = prepare(raw, {}, PARAMS)
    after = prepare(raw, {"b": dated(raw.sample(frac=1, random_state=1), "2026-03-04")}, PARAMS)
    base = after.test[after.test["period"] == 0]
    assert ids(base) == ids(before.test)
    again = after.test[after.test["period"] == 1]["customerID"].str.removeprefix("later-")
    assert sorted(again) == ids(before.test), "equal feature vectors stay together"


def test_an_id_with_two_records_on_one_day_is_set_aside_and_another_day_is_not(raw):
    raw.loc[3, "customerID"] = raw.loc[2, "customerID"]
    batch = raw.head(1).assign(observed_at="2026-03-04")
    done = prepare(raw, {"b": batch}, PARAMS)
    assert done.quarantine["row"].tolist() == [2, 3]
    assert set(done.quarantine["check"]) == {"has one record a day of observation"}
    assert done.arrivals[1]["accepted"] == 1


@pytest.mark.parametrize(
    ("day", "kept"), [("2206-04-30", 9), ("0001-01-01", 9), ("2026-05-20", 10), ("2019-01-01", 10)]
)
def test_a_mistyped_day_is_set_aside_before_it_becomes_the_newest_period(raw, day, kept):
    batch = dated(raw.head(10), "2026-04-30")
    batch.loc[5, "observed_at"] = day
    done = prepare(raw, {"data/incoming/2026-05-01-a.csv": batch}, PARAMS)
    assert done.arrivals[1]["accepted"] == kept
    assert done.rows["period"].max() < 100


def test_midnight_of_a_day_is_that_day(raw):
    done = prepare(raw, {"b": dated(raw.head(10), "2026-04-30 00:00:00")}, PARAMS)
    assert set(done.rows["observed_at"]) == {"", "2026-04-30"}


def test_a_batch_without_days_is_set_aside_whole(raw):
    done = prepare(raw, {"b": raw.head(10)}, PARAMS)
    assert done.arrivals[1] == {"source": "b", "arrived": 10, "accepted": 0, "duplicates": 0, "quarantined": 10}
    assert "observed_at" in done.quarantine["check"].iloc[0]


def test_a_batch_with_a_renamed_column_poisons_nothing(raw):
    batch = dated(raw.head(10), "2026-03-04").rename(columns={"tenure": "Tenure"})
    done = prepare(raw, {"b": batch}, PARAMS)
    assert len(done.rows) == 600
    assert done.quarantine["check"].iloc[0] == "column 'tenure' is missing; rename 'Tenure' if that is it"


def test_window_and_half_life_choose_and_weigh_training_rows_only(raw):
    batches = {"b1": dated(raw, "2026-01-20"), "b2": dated(raw, "2026-03-01").assign(gender="Male")}
    done = prepare(raw, batches, with_(window=3, half_life=2.0))
    assert set(done.train["period"]) == {1, 3}, "January is period 1, March period 3; the base table is period 0"
    assert set(done.test["period"]) == {0, 1, 3}
    weights = done.train.groupby("period")["weight"].unique()
    assert weights[3].tolist() == [1.0]
    assert weights[1].tolist() == [0.5]


@pytest.mark.parametrize(("period", "numbers"), [("week", [1, 5]), ("month", [1, 2]), ("quarter", [1, 1])])
def test_periods_are_counted_in_the_unit_of_the_params(raw, period, numbers):
    batches = {"b1": dated(raw.head(1), "2026-01-05"), "b2": dated(raw.tail(1), "2026-02-04")}
    rows = prepare(raw, batches, with_(period=period)).rows
    found = rows[rows["observed_at"] != ""].sort_values("observed_at")["period"].tolist()
    assert found == numbers


def test_equal_weights_without_half_life(raw):
    assert (prepare(raw, {}, PARAMS).train["weight"] == 1.0).all()


def test_the_reference_is_a_bounded_sample_of_training_rows(raw):
    done = prepare(raw, {}, with_(reference_rows=100))
    assert len(done.reference) == 100
    assert set(done.reference["customerID"]) <= set(done.train["customerID"])


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda raw: raw.drop(columns="tenure"), "column 'tenure' is missing"),
        (lambda raw: raw.assign(Mood="fine"), "column 'Mood' is not in the contract"),
        (lambda raw: raw.assign(CLTV="9"), "column 'CLTV' tells the outcome"),
        (lambda raw: raw.head(0), "a header without rows"),
    ],
)
def test_a_base_table_that_cannot_be_used_is_refused_in_words(raw, spoil, words):
    with pytest.raises(TableError, match=words):
        prepare(spoil(raw), {}, PARAMS, "raw.csv")


def test_a_column_may_be_ignored_by_name(raw):
    done = prepare(raw.assign(Mood="fine"), {}, with_(ignore=["Mood"]))
    assert "Mood" not in done.train


def test_a_table_without_one_good_row_is_set_aside_whole(raw):
    done = prepare(raw.assign(tenure="?"), {}, PARAMS)
    assert len(done.rows) == 0
    assert done.arrivals[0]["quarantined"] == 600


def test_the_profile_tells_what_changed_and_keeps_it_while_nothing_does(raw):
    first = prepare(raw, {}, PARAMS)
    described = profile(first.rows, first.arrivals, None)
    assert described["since"] is None
    second = prepare(raw, {"b": dated(raw, "2026-03-04").assign(Contract="Two year")}, PARAMS)
    changed = profile(second.rows, second.arrivals, described)
    assert changed["since"]["digest"] == described["digest"]
    assert changed["since"]["changed"]["rows"] == [600, 1200]
    before, after = changed["since"]["changed"]["Contract.Two year"]
    assert np.isclose(after, (before + 1) / 2)
    assert profile(second.rows, second.arrivals, changed) == changed
