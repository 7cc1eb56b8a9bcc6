import numpy as np
import pytest

import models
from churn.lifecycle.floors import check_calibration, slope
from duels import made
from judged import judged

GATE = models.GATE.model_copy(
    update={"min_calibration_slope": 0.8, "max_calibration_slope": 1.25, "max_calibration_gap": 0.05}
)


def told(stretch=1.0, shift=0.0, champion=(1.0, 0.0), rows=1000):
    """Give two models whose log odds are the truth, stretched and shifted."""
    known = judged(rows, seed=3)
    truth = np.log(known.churn / (1 - known.churn))
    people = models.population().head(rows).assign(Churn=np.where(known.outcome == 1, "Yes", "No"))
    said = [1 / (1 + np.exp(-(one * truth + other))) for one, other in ((stretch, shift), champion)]
    return {check.name: check for check in check_calibration(made(*said, rows=people), GATE)}


def test_a_calibrated_model_meets_both():
    assert [check.state for check in told().values()] == ["pass", "pass"]


@pytest.mark.parametrize("stretch", [0.4, 2.5])
def test_a_slope_shown_to_lie_outside_fails(stretch):
    assert told(stretch=stretch)["calibration_slope"].state == "fail"


def test_a_slope_outside_whose_interval_reaches_in_is_not_shown():
    found = told(stretch=1.4, rows=400)["calibration_slope"]
    assert (found.state, found.value < 0.8 < found.high) == ("unknown", True)


def test_probabilities_too_high_for_everybody_fail():
    found = told(shift=1.0)["calibration_gap"]
    assert (found.state, found.value < -0.05) == ("fail", True)


def test_who_is_nearer_to_the_truth_than_the_champion_is_not_held_back():
    """After a change of behaviour both are wrong; the less wrong one must be able to take over."""
    found = told(shift=0.7, stretch=2.0, champion=(3.0, 1.5))
    assert [check.state for check in found.values()] == ["pass", "pass"]


def test_the_interval_of_the_slope_is_that_of_a_logistic_regression():
    known = judged(800, seed=5)
    found = slope(known.churn, known.outcome, 0.95)
    score = np.log(known.churn / (1 - known.churn))
    tries = []
    draw = np.random.default_rng(1)
    for _ in range(400):
        outcome = (draw.random(len(score)) < known.churn).astype(float)
        tries.append(slope(known.churn, outcome, 0.95).value)
    assert (found.high - found.low) / 2 / 1.96 == pytest.approx(np.std(tries), rel=0.15)


def test_without_a_fit_the_slope_is_unknown():
    """Who knows the outcome leaves nothing to fit."""
    rows = models.test_rows()
    left = rows["Churn"].eq("Yes").to_numpy()
    found = {check.name: check for check in check_calibration(made(np.where(left, 0.9, 0.1), 0.3, rows=rows), GATE)}
    assert (found["calibration_slope"].state, found["calibration_slope"].value) == ("unknown", None)
