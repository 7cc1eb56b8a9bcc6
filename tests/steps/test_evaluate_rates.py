"""Intervals in closed form hold the truth about as often as they say, and are silent where they must be."""

import numpy as np
import pytest
from scipy.stats import binomtest

from churn.steps.evaluate.formulas import recalibration
from churn.steps.evaluate.intervals import Interval
from churn.steps.evaluate.rates import difference, mean, quotient, ratio, share

SPLITS = 4000


@pytest.mark.parametrize(("hits", "of"), [(0, 30), (3, 40), (25, 50), (999, 1000)])
def test_a_share_has_wilson_s_interval(hits, of):
    one, other = share(hits, of, 20, ""), binomtest(hits, of).proportion_ci(method="wilson")
    assert (one.value, one.low, one.high) == pytest.approx((hits / of, other.low, other.high), abs=1e-6)


def test_few_have_a_value_and_no_interval_and_none_have_a_reason():
    assert share(1, 5, 20, "nobody left").plain() == {
        "value": 0.2, "low": None, "high": None, "reason": "of only 5 customers, an interval needs 20",
    }  # fmt: skip
    assert share(0, 0, 20, "nobody left").reason == "nobody left"
    assert mean(np.zeros(0), 20).reason == "nobody is there"
    assert mean(np.ones(19), 20).low is None
    assert mean(np.zeros(50), 20).reason == "all customers have the same"


def test_what_is_unknown_is_not_compared():
    known, unknown = share(10, 40, 20, ""), share(1, 5, 20, "")
    for compare in (difference, ratio):
        assert compare(known, unknown).value is None
        assert compare(unknown, known).reason == unknown.reason
    assert ratio(share(0, 40, 20, ""), known).reason == "one of the two may be 0"
    assert ratio(Interval(0.0, -0.1, 0.1), known).value is None


@pytest.mark.parametrize(("first", "second"), [((0.6, 60), (0.4, 90)), ((0.05, 120), (0.3, 50))])
def test_differences_and_ratios_of_rates_cover_the_truth(first, second):
    draw = np.random.default_rng(5)
    (p, n), (q, m) = first, second
    held = {"difference": 0, "ratio": 0}
    for hits, others in zip(draw.binomial(n, p, SPLITS), draw.binomial(m, q, SPLITS), strict=True):
        pair = share(hits, n, 20, ""), share(others, m, 20, "")
        apart, times = difference(*pair), ratio(*pair)
        held["difference"] += apart.low <= p - q <= apart.high
        held["ratio"] += times.low is None or times.low <= p / q <= times.high
    assert {0.93 <= count / SPLITS <= 0.985 for count in held.values()} == {True}


def test_a_ratio_of_sums_covers_the_truth():
    draw = np.random.default_rng(6)
    held = 0
    for _ in range(1000):
        below = draw.gamma(2, 1, 200)
        found = quotient(3 * below + draw.normal(0, 1, 200), below, 20)
        held += found.low <= 3 <= found.high
    assert 0.93 <= held / 1000 <= 0.97


def test_a_model_the_wrong_way_round_has_a_slope_below_nothing():
    """From a slope of 1 Newton's method leaves for good; the maximum of the likelihood is there all the same."""
    draw = np.random.default_rng(7)
    score = np.linspace(-6, 6, 400)
    left = draw.binomial(20, 1 / (1 + np.exp(1.1 * score))).astype(float)[None]
    (intercept,), (slope,) = recalibration(score, left, 20 - left)
    chance = 1 / (1 + np.exp(-(intercept + slope * score)))
    assert slope == pytest.approx(-1.1, abs=0.1)
    assert (left[0] - 20 * chance).sum() == pytest.approx(0, abs=1e-4)
    assert ((left[0] - 20 * chance) * score).sum() == pytest.approx(0, abs=1e-4)
