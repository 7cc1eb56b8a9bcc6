import pandas as pd
import pytest

from churn.errors import DataBroken
from churn.params.prepare import Prepare
from churn.params.validate import Validate
from churn.steps.prepare.prepare import prepare
from churn.steps.validate.validate import validate

PREPARE = Prepare(
    test_share=0.2, seed=20, reference_rows=50_000, period="month", window=None, half_life=None, ignore=[]
)
PARAMS = Validate(
    max_quarantined=0.05, min_rows=500, min_train_rows=300, min_class_share=0.02, max_contradictory=0.05, leak_auc=0.95
)


def check(raw, batches=None, knobs=None, **bounds):
    done = prepare(raw, batches or {}, PREPARE.model_copy(update=knobs or {}), "raw.csv")
    return validate(done.train, done.test, done.quarantine, done.arrivals, PARAMS.model_copy(update=bounds))


def names(validation):
    return [one.name if one.column is None else f"{one.name}: {one.column}" for one in validation.failed]


def test_good_data_passes(raw):
    done = check(raw)
    assert done.passed
    assert done.verdict()["passed"] is True
    done.refuse_broken()


def test_faults_are_collected_by_column_and_check_with_five_examples(raw):
    raw.loc[2:9, "tenure"] = "x"
    raw.loc[20:22, "Contract"] = "Weekly"
    done = check(raw)
    assert done.passed, "eleven of 600 rows are less than 5 %"
    found = {one.column: one for one in done.checks if one.name.startswith("contract")}
    assert (found["tenure"].count, len(found["tenure"].examples)) == (8, 5)
    assert found["tenure"].examples[0] == "'x' (raw.csv, row 2)"
    assert found["Contract"].count == 3


def test_too_many_rows_set_aside_stop_the_run_with_a_list(raw):
    raw.loc[2:60, "MonthlyCharges"] = "-1"
    done = check(raw)
    assert names(done) == ["quarantined"]
    with pytest.raises(DataBroken, match=r"59 of 600 rows.*\n(.*\n)*.*MonthlyCharges is at least 0, for example '-1'"):
        done.refuse_broken()


def test_rows_of_batches_count_too(raw):
    broken = raw.head(40).assign(observed_at="2026-01-01", tenure="x")
    assert names(check(raw, {"b": broken})) == ["quarantined"]


@pytest.mark.parametrize(
    ("changes", "failing"),
    [
        ({"TotalCharges": "9000", "tenure": "3"}, "rule: total near charges x tenure"),
        ({"InternetService": "No", "TechSupport": "Yes"}, "rule: no internet service, no add-on"),
        ({"PhoneService": "No", "MultipleLines": "Yes"}, "rule: no phone service, no lines"),
    ],
)
def test_each_business_rule_can_stop_the_run(raw, changes, failing):
    for column, value in changes.items():
        raw.loc[2:40, column] = value
    assert failing in names(check(raw))


def test_one_class_stops_the_run(raw):
    assert "class balance: Churn" in names(check(raw.assign(Churn="No")))


def test_too_few_rows_stop_the_run(raw):
    assert names(check(raw.head(100))) == ["rows", "rows to train on"]


def test_a_window_that_leaves_too_little_to_train_on_stops_the_run(raw):
    few = raw.head(60).assign(observed_at="2026-01-01")
    assert "rows to train on" in names(check(raw, {"b": few}, {"window": 1}))


def test_a_window_of_one_outcome_stops_the_run(raw):
    one = raw.assign(observed_at="2026-01-01", Churn="No")
    assert "class balance to train on: Churn" in names(check(raw, {"b": one}, {"window": 1}))


def test_a_feature_that_tells_the_outcome_alone_stops_the_run(raw):
    raw["PaperlessBilling"] = raw["Churn"]
    assert names(check(raw)) == ["leakage: PaperlessBilling"]


def test_contradictions_bound_the_accuracy(raw):
    twins = raw.head(100).assign(customerID="twin-" + raw["customerID"].head(100))
    twins["Churn"] = twins["Churn"].map({"Yes": "No", "No": "Yes"})
    both = pd.concat([raw, twins], ignore_index=True)
    both.index += 2
    done = check(both)
    assert names(done) == ["contradictory labels"]
    assert done.accuracy_ceiling == pytest.approx(600 / 700)


def test_nothing_left_is_broken_not_a_crash(raw):
    done = check(raw.assign(tenure="?"))
    assert {"quarantined", "rows"} <= set(names(done))
    with pytest.raises(DataBroken):
        done.refuse_broken()


def test_the_verdict_changes_with_the_answer_alone(raw):
    few, more = check(raw), check(raw.drop(index=[5, 6, 7]))
    assert few.model_dump() != more.model_dump()
    assert few.verdict() == more.verdict()
