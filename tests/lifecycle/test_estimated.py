"""What is estimated before outcomes are known, against outcomes drawn from the very probabilities."""

import numpy as np
import pytest

from churn.lifecycle.estimated import estimated
from churn.lifecycle.realised import realised

FIGURES = ("roc_auc", "log_loss", "brier")


def drawn(seed, customers=2000, draws=400):
    """Give probabilities, and outcomes drawn from them again and again."""
    chance = np.random.default_rng(seed)
    probability = np.sort(chance.beta(0.8, 2.2, customers))
    return probability, (chance.random((draws, customers)) < probability).astype(float)


def of(probability):
    return estimated(probability, np.ones(len(probability)))


@pytest.mark.parametrize("seed", [1, 2])
def test_where_probabilities_are_right_the_estimate_is_what_will_be_measured(seed):
    probability, outcomes = drawn(seed)
    found, measured = of(probability), [realised(probability, one) for one in outcomes]
    for name in FIGURES:
        values = np.array([getattr(one, name).value for one in measured])
        error = values.std() / np.sqrt(len(values))
        assert getattr(found, name).value == pytest.approx(values.mean(), abs=4 * error)
    assert found.churn_rate.value == pytest.approx(outcomes.mean(), abs=4 * outcomes.mean(axis=1).std() / 20)


def test_nineteen_of_twenty_measurements_lie_in_the_interval():
    probability, outcomes = drawn(3)
    found, measured = of(probability), [realised(probability, one) for one in outcomes]
    for name in FIGURES:
        interval = getattr(found, name)
        inside = np.mean([interval.low <= getattr(one, name).value <= interval.high for one in measured])
        assert 0.92 <= inside <= 0.98, name
    inside = np.mean([found.churn_rate.low <= one <= found.churn_rate.high for one in outcomes.mean(axis=1)])
    assert 0.92 <= inside <= 0.98


def test_a_model_that_is_too_sure_is_measured_outside_the_estimate():
    """The estimate knows only the scores: it is a measurement that shows they are wrong."""
    probability, outcomes = drawn(4, draws=1)
    sure = probability**2 / (probability**2 + (1 - probability) ** 2)
    found, measured = of(sure), realised(sure, outcomes[0])
    assert measured.log_loss.value > found.log_loss.high
    assert measured.brier.value > found.brier.high


def test_customers_of_equal_probability_are_ties_in_the_estimate_as_in_the_measurement():
    values, counts = np.array([0.1, 0.4, 0.8]), np.array([300, 150, 50])
    probability = np.repeat(values, counts)
    outcomes = (np.random.default_rng(5).random((400, 500)) < probability).astype(float)
    measured = np.array([realised(probability, one).roc_auc.value for one in outcomes])
    found = estimated(values, counts.astype(float)).roc_auc
    assert found.value == pytest.approx(measured.mean(), abs=4 * measured.std() / 20)
    assert (found.high - found.low) / 2 / 1.96 == pytest.approx(measured.std(), rel=0.15)


def test_figures_are_those_that_can_be_made_by_hand():
    found = estimated(np.array([0.5]), np.array([200.0]))
    assert (found.roc_auc.value, found.brier.value, found.churn_rate.value) == pytest.approx((0.5, 0.25, 0.5))
    assert found.log_loss.value == pytest.approx(np.log(2))
    assert found.churn_rate.high - 0.5 == pytest.approx(1.96 * np.sqrt(0.25 / 200), abs=1e-4)


@pytest.mark.parametrize(
    ("values", "counts"), [([], []), ([0.4], [1]), ([0.4], [99]), ([0.0], [500]), ([1.0], [500]), ([0.001], [5000])]
)
def test_too_few_customers_or_leavers_are_not_estimated_and_it_is_said(values, counts):
    found = estimated(np.array(values, float), np.array(counts, float))
    assert (found.roc_auc, found.log_loss, found.brier, found.churn_rate) == (None, None, None, None)
    assert found.words.startswith(f"not estimated: {sum(counts)} scored")


def test_certainties_among_others_are_no_division_by_nothing():
    found = estimated(np.array([0.0, 0.5, 1.0]), np.array([100.0, 100.0, 100.0]))
    assert found.roc_auc.value == pytest.approx(1 - (50 * 50 - 25) / 2 / (150 * 150 - 25), abs=1e-6)
    assert 0 <= found.log_loss.low < found.log_loss.high
