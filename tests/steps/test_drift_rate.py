"""The thresholds: the same distances as Evidently's, one null for all columns, the rate that is stated."""

import numpy as np
import pandas as pd
import pytest

from churn import columns, contract, table
from churn.params.drift import CategoryDistance, Drift
from churn.params.section import load
from churn.steps.drift.calibration import RELATION, calibrate, observed
from churn.steps.drift.distances import distance
from churn.steps.drift.drift import judge
from churn.steps.drift.family import family
from churn.steps.drift.measure import measure
from churn.steps.drift.null import null, scale
from churn.steps.drift.pair import cells, pair, sampled
from churn.steps.drift.verdict import decide, moved, seen
from churn.steps.drift.weights import weigh
from customers import invent

DRIFT = load(Drift)


@pytest.fixture(scope="module")
def real(telco_raw) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = table.typed(telco_raw).sample(frac=1, random_state=3)
    return rows[:5600], rows[5600:6100]


@pytest.mark.parametrize("method", ["jensenshannon", "hellinger"])
def test_the_counted_distances_are_evidentlys_on_the_real_table(real, method):
    drift = DRIFT.model_copy(update={"category": CategoryDistance(method=method)})
    sides = pair(*real, drift)
    calibration = calibrate(sides, weigh(real[0]), drift)
    theirs = measure(sides, calibration.thresholds(), drift)
    ours = observed(sides, calibration, drift)
    assert ours.keys() - {RELATION} == theirs.distances.keys() == set(columns.names())
    for name, found in theirs.distances.items():
        assert ours[name] == pytest.approx(found, abs=1e-9, rel=0)
    verdicts = moved({name: found for name, found in ours.items() if name != RELATION}, calibration)
    assert verdicts == theirs.moved


def test_evidently_moves_a_column_at_our_threshold_and_not_below(real):
    sides = pair(*real, DRIFT)
    distances = measure(sides, dict.fromkeys(columns.names(), 1.0), DRIFT).distances
    at = measure(sides, distances, DRIFT).moved
    below = measure(sides, {name: found + 1e-9 for name, found in distances.items()}, DRIFT).moved
    assert (set(at.values()), set(below.values())) == ({True}, {False})


def test_missing_cells_count_on_neither_side(real):
    def holed(rows):
        partner = rows["Partner"].mask(rows["tenure"].eq(7), "")
        return rows.assign(tenure=rows["tenure"].where(rows["tenure"].ne(5)), Partner=partner)

    sides = pair(holed(real[0]), holed(real[1]), DRIFT)
    calibration = calibrate(sides, weigh(real[0]), DRIFT)
    theirs = measure(sides, calibration.thresholds(), DRIFT).distances
    ours = observed(sides, calibration, DRIFT)
    assert [ours[name] for name in ("tenure", "Partner")] == pytest.approx([theirs["tenure"], theirs["Partner"]])


def test_fewer_knots_change_no_distance_by_more_than_the_draws_can_tell():
    rng = np.random.default_rng(5)
    column = next(one for one in columns.columns() if one.kind == "number")
    heavy = pd.Series(np.exp(rng.normal(0, 1.5, 6000)))
    picked = np.ascontiguousarray(rng.permuted(np.tile(np.arange(6000) < 500, (200, 1)), axis=1).T)
    ratio = distance(heavy, column, DRIFT, knots=400)(picked) / distance(heavy, column, DRIFT)(picked)
    assert np.abs(ratio - 1).mean() < 0.01


def test_a_null_of_other_sizes_is_carried_to_the_true_ones():
    assert scale(5600, 500, 5600) == (500, pytest.approx(np.sqrt((1 / 5600 + 1 / 500) / (1 / 5100 + 1 / 500))))
    assert scale(400, 3000, 400)[0] == 200
    assert scale(50_000, 50_000, 10_000) == (5000, pytest.approx(np.sqrt((2 / 50_000) / (2 / 5000))))


def test_a_family_passes_its_threshold_at_the_stated_rate_in_new_draws():
    rng = np.random.default_rng(1)

    def drawn(rows):
        common = rng.normal(size=rows)
        return {f"c{one}": np.abs(0.6 * common + 0.8 * rng.normal(size=rows)) * (one + 1) for one in range(8)}

    judged = family(drawn(20_000), [f"c{one}" for one in range(8)], 0.02)
    fresh = drawn(50_000)
    any_moved = np.any([fresh[name] >= judged.threshold(name) for name in fresh], axis=0)
    assert any_moved.mean() == pytest.approx(0.02, abs=0.004)
    each = [float((fresh[name] >= judged.threshold(name)).mean()) for name in fresh]
    assert max(each) < 2 * min(each)


def test_p_values_are_never_finer_than_the_draws(real):
    judged = family({"a": np.arange(3000.0)}, ["a"], 0.02)
    assert judged.alone("a", 1e9) == judged.together("a", 1e9) == 1 / 3001
    assert judged.alone("a", 0) == 1
    assert judged.together("a", judged.threshold("a") + 1e-6) < 0.02


def test_clean_batches_alarm_at_the_rate_that_is_stated():
    """Only a glance, at a rate that few batches can show; `make simulate` measures the real one."""
    drift = DRIFT.model_copy(update={"rate": 0.2, "draws": 3000})
    crowd = table.typed(invent(12_000, seed=3))
    reference, rest = crowd[:1500], crowd[1500:]
    weights, alarms = weigh(reference), []
    calibration = calibrate(pair(reference, rest[:300], drift), weights, drift)
    for start in range(0, 30 * 300, 300):
        sides = pair(reference, rest[start : start + 300], drift)
        verdict = decide(
            moved(observed(sides, calibration, drift), calibration), weights, seen(sides, drift), sides, drift
        )
        alarms.append(verdict.state == "drift")
    assert 1 <= sum(alarms) <= 14


def test_the_draws_keep_the_columns_together(real):
    sides = pair(*real, DRIFT)
    twins = {name: distance(cells(real[0], _column("tenure")), _column("tenure"), DRIFT) for name in ("a", "b")}
    drawn = null(twins, len(sides.reference), 500, 100, seed=1)
    assert np.array_equal(drawn["a"], drawn["b"])
    assert np.array_equal(drawn["a"], null(twins, len(sides.reference), 500, 100, seed=1)["a"])


def test_a_reference_smaller_than_the_batch_is_judged_at_both_sizes():
    crowd = table.typed(invent(6300, seed=9))
    reading, _ = judge(crowd[:300], crowd[300:], DRIFT)
    assert reading.state == "no_drift"
    assert (reading.calibration.played_batch, reading.calibration.compared_batch) == (150, 6000)
    assert (
        "150 rows of the reference and 150 others of it as batch, carried to 300 and 6,000" in reading.calibration.words
    )


def test_more_rows_than_the_bound_are_sampled_and_it_says_so(monkeypatch):
    drift = DRIFT.model_copy(update={"max_rows": 1000})
    crowd = table.typed(invent(5000, seed=9))
    crowd.loc[crowd.index[-1], "gender"] = "Unknown"
    reading, _ = judge(crowd[:2500], crowd[2500:], drift)
    assert (reading.calibration.compared_reference, reading.calibration.compared_batch) == (1000, 1000)
    assert reading.faults == ["gender: never seen before: 'Unknown' (1 cell)"]
    sides = sampled(pair(crowd[:2500], crowd[2500:], drift), drift)
    assert [len(side) for side in (sides.reference, sides.batch, *sides.left)] == [1000] * 4


def test_customers_who_leave_oftener_than_their_like_are_a_change_of_behaviour():
    reference, batch = table.typed(invent(3000, seed=1)), table.typed(invent(800, seed=2))
    clean, _ = judge(reference, batch, DRIFT)
    assert (clean.state, clean.relation.moved) == ("no_drift", False)
    more = batch[contract.TARGET].mask(np.random.default_rng(3).random(800) < 0.25, contract.POSITIVE)
    reading, _ = judge(reference, batch.assign(**{contract.TARGET: more}), DRIFT)
    assert (reading.state, reading.kind, reading.retrain, reading.relation.moved) == ("drift", "behaviour", True, True)
    assert not any(one.moved for one in reading.columns)
    assert "customers of the same group churn at another rate" in reading.reason


@pytest.mark.parametrize(
    ("outcomes", "state", "words"),
    [
        ("No", "unknown", "its outcomes are 300 No and 0 Yes"),
        ("", "no_drift", "its outcomes are blank"),
        (["No", "Yes", "maybe"] * 100, "unknown", "100 of its outcomes are neither No nor Yes"),
        (["Yes"] * 5 + ["No"] * 295, "unknown", "its outcomes are 295 No and 5 Yes"),
    ],
)
def test_outcomes_that_tell_nothing_are_said_so(outcomes, state, words):
    reference, batch = table.typed(invent(1500, seed=1)), table.typed(invent(300, seed=2))
    reading, _ = judge(reference, batch.assign(**{contract.TARGET: outcomes}), DRIFT)
    assert (reading.state, reading.relation.moved, reading.relation.words) == (state, None, f"not judged: {words}")


def test_few_outcomes_are_no_fault_where_few_were_due():
    reference, batch = table.typed(invent(1500, seed=1)), table.typed(invent(300, seed=2))
    reference[contract.TARGET] = np.where(np.arange(1500) % 20 == 0, "Yes", "No")
    reading, _ = judge(reference, batch.assign(**{contract.TARGET: ["Yes"] * 10 + ["No"] * 290}), DRIFT)
    assert (reading.state, reading.relation.words) == ("no_drift", "not judged: its outcomes are 290 No and 10 Yes")


def _column(name: str) -> columns.Column:
    return next(one for one in columns.columns() if one.name == name)
