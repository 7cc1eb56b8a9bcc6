"""Answers of two engines held against each other: what differs is seen."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from verify.spark import alike, events

ROWS = {
    "customerID": ["a", "b", "c"], "churn_probability": [0.1, 0.2, 0.3], "churn": [False, False, True],
    "expected_value": [1.0, -2.0, 3.0], "risk_tier": ["low", "low", "high"],
    "prediction_id": ["R.0", "R.1", "R.10"],
}  # fmt: skip


def put(path, order=(0, 1, 2), **changes):
    pq.write_table(pa.table(ROWS | changes).take(list(order)), path)
    return path


def test_the_same_answers_in_another_order_under_another_record_are_alike(tmp_path):
    (tmp_path / "there").mkdir()
    here = put(tmp_path / "here.parquet")
    put(tmp_path / "there/one.parquet", (2,), prediction_id=["S.0", "S.1", "S.10"])
    put(tmp_path / "there/two.parquet", (1, 0), prediction_id=["S.0", "S.1", "S.10"])
    (tmp_path / "there/_SUCCESS").touch()
    assert alike.faults(here, tmp_path / "there") == ([], 0.0)


@pytest.mark.parametrize(
    ("order", "changes", "words"),
    [
        ((0, 1, 2), {"churn_probability": [0.1, 0.2, 0.3001]}, "churn_probability is 1.0e-04 apart"),
        ((0, 1, 2), {"expected_value": [1.0, float("nan"), 3.0]}, "expected_value is nan apart"),
        ((0, 1, 2), {"risk_tier": ["low", "high", "high"]}, "risk_tier differs"),
        ((0, 1, 2), {"customerID": ["b", "a", "c"]}, "customerID differs"),
        ((0, 2), {}, "3 rows here, 2 there: 1 lost, 0 invented"),
        ((0, 1, 1, 2), {}, "3 rows here, 4 there: 0 lost, 0 invented"),
        ((0, 1, 2), {"prediction_id": ["R.0", "R.1", "R.2"]}, "1 lost, 1 invented"),
    ],
)
def test_what_differs_is_seen(tmp_path, order, changes, words):
    (fault,), _ = alike.faults(put(tmp_path / "here.parquet"), put(tmp_path / "there.parquet", order, **changes))
    assert words in fault


def test_spark_s_own_log_tells_what_died_and_was_done_again(tmp_path):
    def task(executor, attempt, reason):
        return (
            f'{{"Event":"SparkListenerTaskEnd","Task End Reason":{{"Reason":"{reason}"}},'
            f'"Task Info":{{"Executor ID":"{executor}","Attempt":{attempt}}}}}'
        )

    lines = [
        '{"Event":"SparkListenerApplicationStart"}', task(0, 0, "Success"), task(1, 0, "ExceptionFailure"),
        task(0, 1, "Success"), '{"Event":"SparkListenerExecutorRemoved"}', task(2, 0, "Success"),
    ]  # fmt: skip
    (tmp_path / "app-1").write_text("\n".join(lines))
    found = events.read(tmp_path)
    assert found == events.Events({"0": 2, "2": 1}, ["ExceptionFailure"], 1, 1)
    assert found.words == "tasks 2 + 1 on 2 executors, 1 tasks died, 1 done at a later attempt, 1 executor lost"
