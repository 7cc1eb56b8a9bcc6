"""Intervals, realised performance and uplift against published or hand-made figures."""

import numpy as np
import pytest

from churn.lifecycle import portfolio
from churn.lifecycle.proportions import Interval, difference, share, total
from churn.lifecycle.realised import calibration, realised, roc_auc
from churn.lifecycle.uplift import Arm, money, uplift


def rounded(interval, digits=4):
    return tuple(round(end, digits) for end in (interval.low, interval.high))


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_a_share_has_wilson_s_interval_as_newcombe_published_it(hits, of, low, high):
    assert rounded(share(hits, of)) == (low, high)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((6, 7), (2, 7), 0.0582, 0.8062),
     ((5, 56), (0, 29), -0.0381, 0.1926), ((10, 10), (0, 10), 0.6075, 1.0)],
)  # fmt: skip
def test_a_difference_has_newcombe_s_interval_as_published(first, second, low, high):
    assert rounded(difference(share(*first), share(*second))) == (low, high)


def test_a_sum_of_chances_does_not_fall_below_nothing():
    assert total(1.0, 100.0).low == 0.0
    assert total(10.0, 4.0).high == pytest.approx(13.92, abs=0.01)


def test_the_area_under_the_curve_counts_pairs_and_ties_half():
    probability, outcome = np.array([0.9, 0.5, 0.5, 0.1]), np.array([1.0, 1.0, 0.0, 0.0])
    assert roc_auc(probability, outcome).value == pytest.approx((1 + 1 + 0.5 + 1) / 4)


def test_the_interval_of_the_area_holds_the_truth_about_as_often_as_it_says():
    draw, held = np.random.default_rng(0), 0
    for _ in range(300):
        left, stayed = draw.normal(1, 1, 60), draw.normal(0, 1, 200)
        score = np.concatenate([left, stayed])
        found = roc_auc(score, np.repeat([1.0, 0.0], [60, 200]))
        held += found.low <= 0.7602 <= found.high
    assert 0.91 <= held / 300 <= 0.98


def test_calibration_compares_what_was_said_with_what_happened():
    bins = calibration(np.array([0.05, 0.15, 0.15, 1.0]), np.array([0.0, 1.0, 0.0, 1.0]))
    assert [(one.low, one.high, one.customers, one.churned.value) for one in bins] == [
        (0.0, 0.1, 1, 0.0), (0.1, 0.2, 2, 0.5), (0.9, 1.0, 1, 1.0),
    ]  # fmt: skip


@pytest.mark.parametrize(("labels", "churned"), [(99, 50), (200, 9), (200, 191), (0, 0)])
def test_too_few_labels_give_no_figure(labels, churned):
    outcome = np.repeat([1.0, 0.0], [churned, labels - churned])
    found = realised(np.full(labels, 0.5), outcome)
    assert found.words.startswith("too few to judge")
    assert (found.roc_auc, found.log_loss, found.brier, found.calibration) == (None, None, None, ())


def test_certain_and_wrong_probabilities_cost_much_but_not_infinitely():
    outcome = np.repeat([1.0, 0.0], [50, 50])
    assert 1 < realised(1 - outcome, outcome).log_loss.value < 100


def test_uplift_is_not_measured_without_both_arms():
    arm, empty = Arm("contacted", 100, 80, 8, 70.0), Arm("held-out", 10, 0, 0, 0.0)
    found = uplift(arm, empty)
    assert (found.reduction, found.saved) == (None, None)
    assert found.words == "not measurable yet: no mature outcome among the held-out customers"
    assert "contacted and the held-out" in uplift(Arm("contacted", 0, 0, 0, 0.0), empty).words


@pytest.mark.parametrize(
    ("churned", "words"), [(5, "churn was lower"), (50, "churn was higher"), (20, "no effect is shown")]
)
def test_uplift_says_what_is_shown_and_what_is_not(churned, words):
    found = uplift(Arm("contacted", 100, 100, churned, 70.0), Arm("held-out", 100, 100, 22, 70.0))
    assert found.words.startswith(words)


def test_saves_bring_money_and_contacts_cost_it():
    assert money(Interval(10, 2, 18), 100.0, 300.0) == Interval(700.0, -100.0, 1500.0)


def test_cells_add_up_in_every_direction():
    cell = {
        "offers": 1,
        "expected_leavers": 1.0,
        "monthly": 100.0,
        "variance": 25.0,
        "oldest": 5,
        "newest": 9,
        "model_version": 1,
    }
    cells = [
        cell | {"tier": "high", "bin": 1, "customers": 2, "flagged": 1, "at_risk": 50.0, "s Contract": "One year"},
        cell | {"tier": "low", "bin": 0, "customers": 3, "flagged": 0, "at_risk": 20.0, "s Contract": None},
    ]
    sums = portfolio.figures(cells)
    assert (sums["customers"], sums["at_risk"], sums["monthly_revenue"]) == (5, 1, 200.0)
    assert sums["revenue_at_risk"]["value"] == 70.0
    assert [one["tier"] for one in portfolio.by_tier(cells, {"low": 0.0, "high": 0.6})] == ["high", "low"]
    assert [one["customers"] for one in portfolio.distribution(cells, 2)] == [3, 2]
    assert portfolio.freshness(cells)["by_version"] == {1: 5}
    assert portfolio.figures([])["customers"] == 0


def test_equal_weights_measure_as_none_do():
    draw = np.random.default_rng(3)
    probability = draw.random(800).round(2)
    outcome = (draw.random(800) < probability).astype(float)
    plain, weighed = realised(probability, outcome), realised(probability, outcome, np.full(800, 4.0))
    assert weighed.roc_auc.low == pytest.approx(plain.roc_auc.low)
    assert weighed.log_loss.high == pytest.approx(plain.log_loss.high)
    assert weighed.calibration[3].churned.low == pytest.approx(plain.calibration[3].churned.low)


def test_who_was_held_out_stands_for_those_who_were_called():
    """Of the likely leavers nine in ten are called and left out; without weights the rest would look too healthy."""
    draw = np.random.default_rng(5)
    probability = np.where(np.arange(40_000) % 2, 0.6, 0.1)
    outcome = (draw.random(40_000) < probability).astype(float)
    held = (probability == 0.6) & (draw.random(40_000) < 0.1)
    kept = held | (probability == 0.1)
    weight = np.where(held, (probability == 0.6).sum() / held.sum(), 1.0)[kept]
    found, whole = realised(probability[kept], outcome[kept], weight), realised(probability, outcome)
    assert found.log_loss.low < whole.log_loss.value < found.log_loss.high
    assert found.roc_auc.low < whole.roc_auc.value < found.roc_auc.high
    alone = realised(probability[kept], outcome[kept])
    assert alone.log_loss.high < whole.log_loss.value
