"""What a worker does with batches, without a cluster: `make verify-spark` does the same on one."""

from types import SimpleNamespace

import pyarrow as pa
import pytest

import models
from churn import contract
from churn.errors import ModelError
from churn.scoring.engine import Engine
from churn.scoring.spark import worker
from customers import invent
from filed import expected

RECORD = "f" * 28


@pytest.fixture(scope="module")
def plan():
    return worker.Plan([*invent(1)], SimpleNamespace(value=models.model().model), 3, RECORD)


def batch(table, rows):
    """Make a batch as Spark hands it over: columns by place, and last the numbers of the rows."""
    cells = pa.RecordBatch.from_pandas(table, preserve_index=False).columns
    return pa.RecordBatch.from_arrays([*cells, pa.array(rows, pa.int64())], [f"c{n}" for n in range(len(cells) + 1)])


def test_rows_are_answered_as_alone_and_named_by_their_number_in_the_table(plan):
    table = invent(40)
    (said,) = worker.answered(plan, iter([batch(table, range(960, 1000))]))
    alone = expected(table, Engine(models.model().model, 3))
    assert said["churn_probability"].to_pylist() == pytest.approx(
        [one["churn_probability"] for one in alone], abs=1e-12
    )
    assert said["risk_tier"].type == pa.string()
    assert said["prediction_id"].to_pylist() == [f"{RECORD}.{row}" for row in range(960, 1000)]
    assert said.schema.names[: len(table.columns)] == list(table.columns)


def test_a_batch_that_holds_two_files_keeps_every_rows_own_number(plan):
    """Spark packs the end of one file and the beginning of an earlier one into a batch."""
    numbers = [*range(99_990, 100_010), *range(20)]
    said = pa.Table.from_batches(list(worker.answered(plan, iter([batch(invent(40), numbers)]))))
    assert said["prediction_id"].to_pylist() == [f"{RECORD}.{row}" for row in numbers]


@pytest.mark.parametrize("start", [2**32 - 3, 9_999_999_998])
def test_numbers_beyond_four_thousand_million_are_spelt_whole(plan, start):
    (said,) = worker.answered(plan, iter([batch(invent(6), range(start, start + 6))]))
    assert said["prediction_id"].to_pylist() == [f"{RECORD}.{row}" for row in range(start, start + 6)]


def test_a_broken_row_is_left_out_of_the_answers_and_told_among_the_rejects(plan):
    table = invent(10)
    table.iloc[4, table.columns.get_loc("tenure")] = "many"
    given = batch(table, range(500, 510))
    (said,) = worker.answered(plan, iter([given]))
    assert said["prediction_id"].to_pylist() == [f"{RECORD}.{row}" for row in range(500, 510) if row != 504]
    (told,) = worker.rejected([*table.columns], iter([given]))
    (row,) = told.to_pylist()
    assert (row["row"], row["faults"][0]["column"], row["faults"][0]["found"]) == (504, "tenure", "many")
    assert row["cells"] == table.iloc[4].tolist()


def test_a_batch_of_broken_rows_alone_gives_no_answer(plan):
    (said,) = worker.answered(plan, iter([batch(invent(3).assign(gender="?"), range(3))]))
    assert said.num_rows == 0


def test_a_model_of_another_contract_is_refused_by_the_worker_itself(plan, monkeypatch):
    monkeypatch.setattr("churn.columns.digest", lambda: "another")
    worker._engine.cache_clear()
    with pytest.raises(ModelError, match="another contract"):
        list(worker.answered(plan, iter([batch(invent(1), [0])])))


def test_no_id_is_no_fault(plan):
    table = invent(5).drop(columns=contract.ID)
    unnamed = worker.Plan([*table], plan.model, 3, RECORD)
    worker._engine.cache_clear()
    (said,) = worker.answered(unnamed, iter([batch(table, range(5))]))
    assert said.num_rows == 5
