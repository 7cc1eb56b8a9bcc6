from dataclasses import replace

import numpy as np
import pytest
from sklearn import metrics
from sklearn.linear_model import LogisticRegression

from churn.steps.evaluate import bootstrap
from churn.steps.evaluate.bootstrap import resample
from churn.steps.evaluate.intervals import Interval, measure
from churn.steps.evaluate.metrics import by_chance, log_odds, points
from churn.steps.evaluate.scored import grades
from judged import CAMPAIGN, KNOBS, judged, made, per_thousand

OF_BOTH = ["roc_auc", "pr_auc", "top_decile_lift", "calibration_slope", "calibration_intercept"]


def values(one, bins=10):
    return {name: float(get()) for name, get in points(one, bins).items()}


def tied(rows=400):
    one = judged(rows)
    return replace(one, churn=one.churn.round(1), weight=np.random.default_rng(3).uniform(0.5, 2, rows))


def test_values_are_scikit_learns():
    one = judged()
    flagged = one.churn > 0.3
    found = values(one)
    assert found["roc_auc"] == pytest.approx(metrics.roc_auc_score(one.outcome, one.churn), rel=1e-12)
    assert found["pr_auc"] == pytest.approx(metrics.average_precision_score(one.outcome, one.churn), rel=1e-12)
    assert found["log_loss"] == pytest.approx(metrics.log_loss(one.outcome, one.churn), rel=1e-12)
    assert found["brier"] == pytest.approx(np.mean((one.outcome - one.churn) ** 2))
    assert found["f1_at_threshold"] == pytest.approx(metrics.f1_score(one.outcome, flagged), rel=1e-12)
    assert found["precision_at_half"] == pytest.approx(metrics.precision_score(one.outcome, one.churn > 0.5), rel=1e-12)


def test_recalibration_is_a_logistic_regression_without_penalty():
    one = tied()
    fit = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-12)
    fit.fit(log_odds(one.churn)[:, None], one.outcome, sample_weight=one.weight)
    assert values(one)["calibration_slope"] == pytest.approx(fit.coef_[0, 0], abs=1e-6)
    assert values(one)["calibration_intercept"] == pytest.approx(fit.intercept_[0], abs=1e-6)


@pytest.mark.parametrize("one", [judged(), tied()], ids=["distinct", "tied and weighted"])
def test_a_draw_of_everybody_once_gives_the_values(one, monkeypatch):
    monkeypatch.setattr(bootstrap, "_drawn", lambda blocks, *_: [blocks.drawn(np.ones((1, len(blocks))))])
    drawn = resample(one, KNOBS)
    for name, value in values(one).items():
        assert drawn[name][0] == pytest.approx(value, abs=1e-7, rel=1e-9), name


def test_a_draw_equals_the_customers_repeated(monkeypatch):
    one, counts = tied(), np.random.default_rng(0).integers(0, 4, 400)
    position = np.random.default_rng(KNOBS.seed).permutation(400)
    monkeypatch.setattr(bootstrap, "_drawn", lambda blocks, *_: [blocks.drawn(counts[None].astype(float))])
    drawn, again = resample(one, KNOBS), one.where(np.repeat(np.arange(400), counts[position]))
    assert drawn["roc_auc"][0] == pytest.approx(values(again)["roc_auc"])
    assert drawn["pr_auc"][0] == pytest.approx(values(again)["pr_auc"])
    assert drawn["top_decile_lift"][0] == pytest.approx(values(again)["top_decile_lift"])
    assert drawn["calibration_slope"][0] == pytest.approx(values(again)["calibration_slope"])
    assert drawn["f1_at_half"][0] == pytest.approx(values(again)["f1_at_half"])


def test_a_weight_of_two_is_a_customer_twice():
    one = judged(300)
    twice = np.arange(300) % 3 == 0
    weighted = replace(one, weight=1.0 + twice)
    again = one.where(np.concatenate([np.arange(300), np.flatnonzero(twice)]))
    bins_apart = {"calibration_error"}  # whose bins hold equally many rows
    for name in values(one).keys() - bins_apart:
        assert values(weighted)[name] == pytest.approx(values(again)[name], rel=1e-6), name


def test_intervals_hold_their_values():
    for name, one in measure(judged(), KNOBS).items():
        assert one.low <= one.value <= one.high, name
        assert not one.reason


def test_the_seed_decides_the_interval():
    one = judged()
    assert measure(one, KNOBS) == measure(one, KNOBS)
    other = measure(one, KNOBS.model_copy(update={"seed": 12}))
    assert other["roc_auc"].value == measure(one, KNOBS)["roc_auc"].value
    assert other["roc_auc"].low != measure(one, KNOBS)["roc_auc"].low


def test_profit_by_hand():
    one = made([1, 1, 0, 0], [0.9, 0.4, 0.35, 0.05])
    # a leaver brings 0.3 (0.6 x 12 x 70 - 50) - 5 = 131.2, a stayer costs 50 + 5; an offer pays from p = 0.30 up
    found = values(one, 2)
    assert found["profit_per_1000_at_threshold"] == pytest.approx((2 * 131.2 - 55) * 250)
    assert found["profit_per_1000_offer_rule"] == pytest.approx((2 * 131.2 - 55) * 250)
    assert found["profit_per_1000_at_half"] == pytest.approx(131.2 * 250)
    assert found["profit_per_1000_treat_all"] == pytest.approx((2 * 131.2 - 2 * 55) * 250)
    assert found["profit_per_1000_treat_none"] == 0
    assert found["profit_gain_at_threshold_over_treat_all"] == pytest.approx(55 * 250)
    assert found["profit_gain_offer_rule_over_at_half"] == pytest.approx((131.2 - 55) * 250)


def test_profit_is_the_campaigns():
    one = judged()
    told = per_thousand(one.churn > 0.3, one.outcome, one.monthly, CAMPAIGN)
    assert values(one)["profit_per_1000_at_threshold"] == pytest.approx(told)


def test_gains_between_rules_are_paired():
    found = measure(judged(), KNOBS)
    alone = [found[f"profit_per_1000_{rule}"] for rule in ("at_threshold", "at_half")]
    gap = found["profit_gain_at_threshold_over_at_half"]
    assert gap.high - gap.low < sum(one.high - one.low for one in alone) / 1.5


def test_lift_by_hand():
    assert values(made([1, *[0] * 9], np.linspace(0.95, 0.05, 10).tolist()), 2)["top_decile_lift"] == pytest.approx(10)
    assert values(made([1, 0] * 10, [0.5] * 20), 2)["top_decile_lift"] == pytest.approx(1)


def test_calibration_error_by_hand():
    one = made([0, 0, 0, 1, 1, 1, 1, 0], [0.1] * 4 + [0.8] * 4)
    assert values(one, 2)["calibration_error"] == pytest.approx((abs(0.1 - 0.25) + abs(0.8 - 0.75)) / 2)


def test_grades_keep_ties_together():
    assert grades(np.array([0.1, 0.1, 0.1, 0.9]), 2).tolist() == [0, 0, 0, 1]
    assert np.bincount(grades(np.random.default_rng(0).random(1000), 10)).tolist() == [100] * 10


def test_a_calibrated_model_has_slope_one_and_a_surer_one_less():
    honest, sure = measure(judged(5000), KNOBS), measure(judged(5000, stretch=1.5), KNOBS)
    assert honest["calibration_slope"].low < 1 < honest["calibration_slope"].high
    assert honest["calibration_error"].low == 0
    assert sure["calibration_slope"].high < 0.8
    assert sure["calibration_error"].low > 0


def test_noise_alone_makes_the_expected_calibration_error():
    errors = [points(judged(seed=seed), 10)["calibration_error"]() for seed in range(60)]
    assert by_chance(judged(), 10) == pytest.approx(np.mean(errors), rel=0.12)


def test_intervals_cover_the_truth():
    # 120 runs below 0.87: 1 in 200 if they cover 93.5 %, 49 in 50 if they cover 80 %
    truth = values(judged(400_000, seed=99))
    asked = ["roc_auc", "log_loss", "profit_per_1000_at_threshold", "profit_gain_at_threshold_over_treat_all"]
    runs = [measure(judged(500, seed), KNOBS.model_copy(update={"seed": seed})) for seed in range(120)]
    for name in asked:
        assert np.mean([one[name].low <= truth[name] <= one[name].high for one in runs]) >= 0.87, name


def test_many_rows_in_blocks_spread_like_single_rows(monkeypatch):
    one = judged(1600)
    single = measure(one, KNOBS.model_copy(update={"draws": 1000}))
    monkeypatch.setattr(bootstrap, "GRAIN", 400)
    blocks = measure(one, KNOBS.model_copy(update={"draws": 1000}))
    for name in ("roc_auc", "pr_auc", "log_loss", "calibration_slope", "f1_at_half", "profit_per_1000_at_threshold"):
        assert blocks[name].value == single[name].value
        assert blocks[name].high - blocks[name].low == pytest.approx(single[name].high - single[name].low, rel=0.2), (
            name
        )


@pytest.mark.parametrize("outcome", [0, 1])
def test_one_outcome_has_no_ranking(outcome):
    one = judged(50)
    found = measure(replace(one, outcome=np.full(50, float(outcome))), KNOBS)
    assert {found[name].value for name in OF_BOTH} == {None}
    assert found["roc_auc"].reason == "all customers have the same outcome"
    assert found["log_loss"].value is not None
    assert found["log_loss"].low is None
    assert (found["recall_at_half"].value is None) == (outcome == 0)


def test_equal_probabilities_have_no_slope():
    one = judged(200)
    found = measure(replace(one, churn=np.full(200, 0.2)), KNOBS)
    assert found["roc_auc"] == Interval(0.5, 0.5, 0.5)
    assert found["calibration_slope"] == Interval(None, reason="all probabilities are equal")
    assert found["precision_at_half"] == Interval(None, reason="no probability is above 0.5")
    assert found["recall_at_half"].value == 0


def test_a_faultless_model_has_no_slope():
    one = judged(200)
    found = measure(replace(one, churn=0.1 + 0.8 * one.outcome), KNOBS)
    assert "without a fault" in found["calibration_slope"].reason
    assert found["roc_auc"] == Interval(1, 1, 1)


def test_certain_probabilities_are_measured():
    one = judged(200)
    found = measure(replace(one, churn=one.churn.round()), KNOBS)
    assert found["log_loss"].value == pytest.approx(metrics.log_loss(one.outcome, one.churn.round()))
    assert np.isfinite(found["log_loss"].high)


def test_few_customers_have_no_interval():
    found = measure(made([1, 0, 1], [0.9, 0.2, 0.1]), KNOBS)
    assert found["roc_auc"].value == 0.5
    assert found["roc_auc"].low is None
    assert "only 1 customers" in found["roc_auc"].reason


def test_draws_without_a_value_take_the_interval_away():
    one = judged(200)
    found = measure(replace(one, churn=np.where(np.arange(200) == 7, 0.9, one.churn * 0.4)), KNOBS)
    assert found["precision_at_half"].value is not None
    assert "of the draws" in found["precision_at_half"].reason


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (made([], []), "there are no customers"),
        (made([1, 0], [np.nan, 0.2]), "1 of 2 customers have no probability"),
        (made([np.nan, 0], [0.1, 0.2]), "1 of 2 customers have no probability"),
        (
            replace(judged(100), churn=np.array([np.nan, *[0.3] * 99])),
            "1 of 100 customers have no probability",
        ),
        (replace(judged(20), weight=np.zeros(20)), "weights are not all above zero"),
    ],
)
def test_the_unmeasurable_has_a_reason_and_no_number(broken, why):
    found = measure(broken, KNOBS)
    assert len(found) == 25
    for one in found.values():
        assert one.value is None
        assert why in one.reason


def test_json_is_rounded():
    assert Interval(0.12345678, -1e-9, 1.0).plain() == {"value": 0.123457, "low": 0.0, "high": 1.0}
    assert str(Interval(-1e-9).plain()["value"]) == "0.0"
    assert Interval(None, reason="no rows").plain()["reason"] == "no rows"


def test_a_metric_that_comes_out_as_no_number_says_so(monkeypatch):
    one = judged()
    known = points(one, KNOBS.bins)
    monkeypatch.setattr("churn.steps.evaluate.intervals.points", lambda *_: known | {"brier": lambda: float("nan")})
    told = measure(one, KNOBS)["brier"]
    assert told.plain()["value"] is None
    assert "no number" in told.reason
