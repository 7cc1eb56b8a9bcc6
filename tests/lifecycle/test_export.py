"""What of the ledger becomes a batch to learn from, on both databases."""

import time
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import insert

import ledgers
import watched
from churn import columns, contract, table
from churn.errors import RetrainingError
from churn.lifecycle.retraining.contamination import learnable
from churn.lifecycle.retraining.export import Order, export
from churn.params.prepare import Prepare
from churn.steps.prepare.prepare import prepare
from churn.stores.ledger.entries import new_id
from churn.stores.ledger.queries.cohort import Member
from churn.stores.ledger.tables import outcome
from churn.stores.ledger.watch import decisions
from churn.stores.raw_table import read_raw
from postgres import started
from watched import DAY, FIRST, WINDOW

PREPARE = Prepare(
    test_share=0.2, seed=20, reference_rows=50_000, period="month", window=None, half_life=None, ignore=[]
)
NOW = (FIRST + 2) * WINDOW
"""The first window is mature, the second one just over."""


@pytest.fixture(scope="module")
def postgres():
    with started() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.db"
    return request.getfixturevalue("postgres").emptied()


def order(**changes):
    return Order(
        **({"purpose": "production", "now": NOW, "window_days": 30, "horizon_days": 30, "min_known": 0.9} | changes)
    )


async def exported(url, root, *months, **changes):
    async with ledgers.opened(url) as ledger:
        await watched.put(ledger, months)
        return await export(ledger, order(**changes), root)


async def test_a_mature_window_becomes_a_labelled_batch_that_prepare_takes_whole(url, tmp_path):
    month, next_month = watched.month(0, 300), watched.month(1, 200)
    done = await exported(url, tmp_path, month, next_month)
    assert [str(one) for one in done.labelled] == ["data/incoming/2019-05-13-ledger.csv"]
    assert [str(one) for one in done.current] == ["data/current/2019-06-12-ledger.csv"]
    assert done.branch == "data/2019-06-12"
    batch = read_raw(tmp_path / done.labelled[0])
    base = month.rows.assign(**{contract.ID: "base-" + month.rows[contract.ID]}).astype("str")
    ready = prepare(base[table.expected()], {str(done.labelled[0]): batch}, PREPARE)
    assert ready.arrivals[1]["accepted"] == 300
    later = ready.rows[ready.rows["period"] == 1].sort_values(contract.ID, ignore_index=True)
    sent = month.rows.sort_values(contract.ID, ignore_index=True)
    pd.testing.assert_frame_equal(later[columns.names()], sent[columns.names()], check_dtype=False)
    assert table.outcome(later).tolist() == table.outcome(sent).tolist()
    judged = read_raw(tmp_path / done.current[0])
    assert contract.TARGET not in judged
    assert len(judged) == 200


async def test_unlabelled_is_not_stayed(url, tmp_path):
    month = watched.month(0, 300)
    month.labelled[280:] = False
    done = await exported(url, tmp_path, month)
    assert len(read_raw(tmp_path / done.labelled[0])) == 280


async def test_a_window_of_which_leavers_are_told_and_stayers_not_yet_waits_for_a_later_export(url, tmp_path):
    month = watched.month(0, 300)
    month.labelled[:] = month.left
    done = await exported(url, tmp_path, month)
    assert done.labelled == []
    assert "are needed: leavers are often told before stayers" in " ".join(done.said)
    async with ledgers.opened(url) as ledger:
        month.labelled[:] = ~month.left
        await watched.put(ledger, [month], scored=False)
        done = await export(ledger, order(), tmp_path)
    assert len(read_raw(tmp_path / done.labelled[0])) == 300


async def test_the_called_are_left_out_and_the_held_out_stand_for_them(url, tmp_path):
    month = watched.month(0, 300)
    month.called, month.held = np.zeros(300, bool), np.zeros(300, bool)
    month.called[:90], month.held[90:100] = True, True
    done = await exported(url, tmp_path, month)
    batch = read_raw(tmp_path / done.labelled[0])
    assert batch["sampling_weight"].astype(float).sum() == pytest.approx(300)
    assert set(batch["sampling_weight"]) == {"1", "10"}
    assert not set(batch[contract.ID]) & set(month.rows[contract.ID].iloc[:90])
    assert "90 called are left out, 10 held out stand for them" in " ".join(done.said)


async def test_a_window_that_was_set_aside_is_not_exported_and_its_batch_goes(url, tmp_path):
    first = await exported(url, tmp_path, watched.month(0, 300))
    async with ledgers.opened(url) as ledger:
        evidence = {"quarantined": [[FIRST * WINDOW, (FIRST + 1) * WINDOW]]}
        told = {"at": NOW, "action": "quarantine", "cause": "labels", "words": "w", "evidence": evidence}
        await ledger.do(lambda connection: decisions.add(connection, "production", told))
        done = await export(ledger, order(), tmp_path)
    assert done.labelled == []
    assert done.gone == first.labelled
    assert "set aside" in " ".join(done.said)


async def test_what_is_exported_is_left_as_it_is_unless_it_is_asked_for_again(url, tmp_path):
    month = watched.month(0, 300)
    month.labelled[:20] = False
    await exported(url, tmp_path, month)
    path = tmp_path / "data/incoming/2019-05-13-ledger.csv"
    before = path.read_bytes()
    async with ledgers.opened(url) as ledger:
        month.labelled[:] = False
        month.labelled[:20] = True
        await watched.put(ledger, [month], scored=False)
        await export(ledger, order(), tmp_path)
        assert path.read_bytes() == before
        await export(ledger, order(again=True), tmp_path)
    assert len(read_raw(path)) == 300


async def test_one_outcome_only_is_not_exported_and_said(url, tmp_path):
    month = watched.month(0, 300)
    month.left[:] = False
    done = await exported(url, tmp_path, month)
    assert done.labelled == []
    assert "all 300 known outcomes are the same" in " ".join(done.said)


async def test_an_empty_ledger_and_one_without_mature_windows_say_so(url, tmp_path):
    assert "nobody was scored" in " ".join((await exported(url, tmp_path)).said)
    young = await exported(url, tmp_path, watched.month(1, 50))
    assert young.labelled == []
    assert "no window is mature" in " ".join(young.said)


async def test_scores_of_another_purpose_and_of_a_clock_that_runs_ahead_are_not_exported(url, tmp_path):
    async with ledgers.opened(url) as ledger:
        await watched.put(ledger, [watched.month(0, 100)], purpose="simulated")
        await watched.put(ledger, [watched.month(9, 100)])
        done = await export(ledger, order(), tmp_path)
        told = await export(ledger, order(purpose="simulated"), tmp_path)
    assert (done.labelled, done.current) == ([], [])
    assert [one.name for one in told.labelled] == ["2019-05-13-simulated.csv"]


def member(name, churned=False, called=False, held_out=False):
    return Member(name, -1, name, 0, churned, called, held_out)


def test_where_nobody_was_held_out_what_is_left_is_refused():
    with pytest.raises(RetrainingError, match="2 customers were called and of nobody held out"):
        learnable([member("a", called=True), member("b", called=True), member("c"), member("d", None, held_out=True)])


def test_who_was_held_out_and_called_all_the_same_was_called():
    found = learnable([member("a", called=True, held_out=True), member("b", held_out=True), member("c")])
    assert dict(zip([one.customer for one in found.members], found.weights, strict=True)) == {"b": 2.0, "c": 1.0}


async def told(ledger, month, day, churned):
    """Tell an outcome of every customer of a month, observed on a day of its window."""
    observed = datetime.fromtimestamp(((FIRST + month.number) * WINDOW + day * DAY) / 1e6, UTC).date()
    rows = [
        {"id": new_id(), "customer": name, "observed_on": observed, "purpose": "production", "churned": churned,
         "prediction": None, "at": NOW, "caller": "crm"}
        for name in month.rows[contract.ID]
    ]  # fmt: skip
    await ledger.do(lambda connection: connection.execute(insert(outcome), rows))


async def test_an_outcome_from_before_the_score_labels_nothing(url, tmp_path):
    month = watched.month(0, 200)
    month.labelled[:] = False
    async with ledgers.opened(url) as ledger:
        await watched.put(ledger, [month])
        await told(ledger, month, -3, churned=True)
        done = await export(ledger, order(), tmp_path)
    assert done.labelled == []


async def test_a_customer_of_whom_several_outcomes_are_told_is_one_row_and_has_left_if_one_says_so(url, tmp_path):
    month = watched.month(0, 200)
    month.left[:50], month.left[50:] = True, False
    async with ledgers.opened(url) as ledger:
        await watched.put(ledger, [month])
        await told(ledger, month, 40, churned=False)
        done = await export(ledger, order(), tmp_path)
    batch = read_raw(tmp_path / done.labelled[0])
    assert len(batch) == 200
    assert batch[contract.TARGET].eq(contract.POSITIVE).sum() == 50


async def test_a_month_of_seven_thousand_customers_is_exported_in_seconds(tmp_path):
    month = watched.month(0, 7000)
    async with ledgers.opened(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        await watched.put(ledger, [month, watched.month(1, 7000)])
        started = time.process_time()
        done = await export(ledger, order(), tmp_path)
        spent = time.process_time() - started
    assert len(read_raw(tmp_path / done.labelled[0])) == 7000
    assert spent < 10, spent
