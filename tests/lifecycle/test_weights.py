"""Evaluation and gate count customers, not rows: a row that stands for three counts three times, and is one witness."""

import numpy as np
import pandas as pd
import pytest

import duels
import models
from churn.lifecycle.comparison import compare
from churn.lifecycle.floors import check_calibration, slope
from churn.lifecycle.gate import judge
from churn.lifecycle.segment_floors import check_segments
from churn.params.evaluate import Evaluate
from churn.scoring.scorer import Scorer
from churn.steps.evaluate.evaluate import evaluate
from churn.steps.evaluate.fairness import groups
from churn.steps.evaluate.offers import by_price
from churn.steps.evaluate.scored import scored
from churn.steps.evaluate.segments import by_segment

KNOBS = Evaluate(seed=11, draws=100, bins=10, min_group=20, offers=[10, 50])
DRAW = np.random.default_rng(5)


def pair():
    """Give rows that stand for one or three customers each, and the same with every customer in a row."""
    rows = models.test_rows()
    weights = np.where(DRAW.random(len(rows)) < 0.3, 3.0, 1.0)
    spread = rows.loc[rows.index.repeat(weights.astype(int))].reset_index(drop=True)
    return rows.assign(sampling_weight=weights), spread


def values(found):
    """Give every figure that is no interval's end."""
    if isinstance(found, dict):
        return {name: values(one) for name, one in found.items() if name not in {"low", "high", "rows", "reason"}}
    return [values(one) for one in found] if isinstance(found, list) else found


def measured(rows):
    scorer = Scorer(models.model().model)
    judged = scored(rows, scorer.probabilities(rows), 0.3, models.CAMPAIGN)
    done = evaluate(judged, KNOBS, "scorecard")
    told = {name: one.value for name, one in done.measured.metrics.items() if name != "calibration_error"}
    found, _ = groups(rows, judged, KNOBS)
    rates = {
        f"{one.segment} {one.name} {name}": rate.value
        for many in found.values()
        for one in many
        for name, rate in one.rates.items()
    }
    return (
        told | rates,
        values(by_segment(rows, judged, KNOBS)),
        values(by_price(judged, done.measured.metrics, KNOBS)["break_even"]),
    )


def test_the_evaluation_of_weighted_rows_is_that_of_the_customers():
    weighted, spread = map(measured, pair())
    assert weighted[0] == pytest.approx(spread[0], abs=1e-9)
    for one, other in zip(weighted[1:], spread[1:], strict=True):
        flat = [pd.json_normalize(part).iloc[0].to_dict() for part in (one, other)]
        assert flat[0] == pytest.approx(flat[1], abs=2e-6)


def test_the_gate_weighs_as_the_evaluation_does_and_takes_no_row_for_three_witnesses():
    weighted, spread = pair()
    for rows in (weighted, spread):
        rows["said"] = duels.leaning(rows, np.where(rows["Contract"].eq("Two year"), -0.1, 0.3))
    met = [duels.made(rows["said"], 0.3, rows) for rows in (weighted, spread)]
    for ask in (
        lambda one: [check for part in compare(one, models.GATE, models.CAMPAIGN) for check in part],
        lambda one: check_calibration(one, models.GATE)[:1],
        lambda one: check_segments(one, models.GATE),
    ):
        mine, theirs = map(ask, met)
        assert [one.value for one in mine] == pytest.approx([one.value for one in theirs], abs=1e-6)
        wide, narrow = ([one.high - one.low for one in checks if one.low is not None] for checks in (mine, theirs))
        assert np.mean(np.array(wide) / np.array(narrow)) > 1.1


def test_the_slope_of_weighted_rows_is_that_of_the_customers_and_its_interval_wider():
    rng = np.random.default_rng(6)
    score = rng.normal(-1, 1.2, 3000)
    left = (rng.random(3000) < 1 / (1 + np.exp(-score))).astype(float)
    weight = np.where(rng.random(3000) < 0.1, 10.0, 1.0)
    churn, times = 1 / (1 + np.exp(-score)), weight.astype(int)
    own, spread = slope(churn, left, 0.95, weight), slope(np.repeat(churn, times), np.repeat(left, times), 0.95)
    even = slope(churn, left, 0.95)
    assert own.value == pytest.approx(spread.value, abs=1e-5)
    assert own.high - own.low > 1.3 * (spread.high - spread.low)
    assert even == slope(churn, left, 0.95, np.full(3000, 4.0))


def test_the_interval_of_a_weighted_slope_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(200):
        score = rng.normal(-1, 1.2, 1200)
        left = (rng.random(1200) < 1 / (1 + np.exp(-score))).astype(float)
        found = slope(1 / (1 + np.exp(-score)), left, 0.95, np.where(score + rng.normal(0, 1, 1200) > 0.5, 10.0, 1.0))
        held += found.low <= 1 <= found.high
    assert 180 <= held <= 198, held


def test_rows_that_stand_for_many_tell_too_little_however_many_they_are():
    rows = models.test_rows(period=0).assign(sampling_weight=1.0)
    rows.loc[:3, "sampling_weight"] = 1000.0
    old, new = (Scorer(models.model(c).model) for c in (0.01, 1.0))
    said = judge(new, old, {"model": new.digest} | models.METRICS, rows, models.GATE, models.CAMPAIGN)
    assert said.state == "unknown"
    assert "tell no more than" in said.reason
