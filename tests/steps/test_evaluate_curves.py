import io
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.image import imread
from scipy.stats import binomtest
from sklearn import metrics

from churn import contract
from churn.steps.evaluate.curves import HEADERS, LINES, curves
from churn.steps.evaluate.evaluate import evaluate
from churn.steps.evaluate.scored import scored
from judged import KNOBS, judged, made, per_thousand


def test_curves_have_their_headers_and_few_points():
    drawn = curves(judged(5000), 10)
    assert {name: list(curve) for name, curve in drawn.items()} == HEADERS
    assert all(2 <= len(curve) <= 300 for name, curve in drawn.items() if name != "confusion")


def test_the_thinned_roc_keeps_its_area():
    one = judged(5000)
    roc = curves(one, 10)["roc"]
    assert metrics.auc(roc["fpr"], roc["tpr"]) == pytest.approx(metrics.roc_auc_score(one.outcome, one.churn), abs=1e-3)
    assert roc.iloc[0].tolist() == [0, 0]
    assert roc.iloc[-1].tolist() == [1, 1]


def test_precision_at_full_recall_is_the_churn_rate():
    one = made([1, 0, 0, 0], [0.1, 0.5, 0.6, 0.7])
    assert curves(one, 2)["pr"].iloc[-1].tolist() == [1, 0.25]


def test_calibration_has_wilson_intervals():
    one = judged(1000)
    curve = curves(one, 10)["calibration"]
    for line in curve.itertuples():
        exact = binomtest(round(line.observed * line.rows), line.rows).proportion_ci(method="wilson")
        assert (line.low, line.high) == pytest.approx(exact, abs=2e-6)
    assert curve["rows"].sum() == 1000


def test_gains_reach_everybody_with_lift_one():
    gains = curves(judged(1000), 10)["gains"]
    assert gains.iloc[-1].tolist() == [1, 1, 1]
    assert gains["share_of_churners"].is_monotonic_increasing
    assert gains.iloc[0]["lift"] > 2


def test_confusion_has_a_line_a_customer():
    curve = curves(made([1, 1, 0, 0], [0.9, 0.1, 0.4, 0.2]), 2)["confusion"]
    yes, no = contract.POSITIVE, contract.NEGATIVE
    assert sorted(map(tuple, curve.to_numpy())) == sorted([(yes, yes), (yes, no), (no, yes), (no, no)])


def test_confusion_of_many_is_in_proportion():
    one = judged(30_000)
    curve = curves(one, 10)["confusion"]
    assert abs(len(curve) - LINES) <= 2
    assert (curve["actual"] == contract.POSITIVE).mean() == pytest.approx(one.outcome.mean(), abs=1e-3)


def test_profit_at_a_threshold_is_the_campaigns():
    one = judged(1000)
    curve = curves(one, 10)["profit"].set_index("threshold")
    for above in (0.0, 0.3, 0.5, 1.0):
        told = per_thousand(one.churn > above, one.outcome, one.monthly, one.campaign)
        assert curve.loc[above, "profit_per_1000"] == pytest.approx(told, abs=1e-5)
        assert curve.loc[above, "share_offered"] == pytest.approx((one.churn > above).mean(), abs=1e-5)


def test_the_figure_is_a_picture_of_the_same_bytes():
    done, again = (evaluate(judged(), KNOBS, "scorecard") for _ in range(2))
    assert done.figure == again.figure
    assert done.metrics == again.metrics
    assert imread(io.BytesIO(done.figure)).shape == (920, 1440, 4)


def test_the_metrics_tell_rows_rate_and_threshold():
    one = judged()
    told = evaluate(one, KNOBS, "scorecard").metrics
    assert told["rows"] == 800
    assert told["churn_rate"] == pytest.approx(one.outcome.mean())
    assert told["threshold"] == 0.3
    assert set(told["roc_auc"]) == {"value", "low", "high"}


DEGENERATE = {
    "nobody": made([], []),
    "one row": made([1], [0.4]),
    "one outcome": made([0, 0, 0], [0.1, 0.2, 0.6]),
    "no probability": made([0, 1], [np.nan, 0.5]),
    "equal probabilities": replace(judged(100), churn=np.full(100, 0.3)),
    "certain probabilities": replace(judged(100), churn=judged(100).churn.round()),
    "nothing offered": replace(judged(100), threshold=1.0),
}


@pytest.mark.parametrize("one", DEGENERATE.values(), ids=DEGENERATE)
def test_nothing_is_too_odd_to_evaluate(one):
    done = evaluate(one, KNOBS, "model")
    assert done.metrics["rows"] == len(one)
    assert imread(io.BytesIO(done.figure)).shape == (920, 1440, 4)
    assert {name: list(curve) for name, curve in done.curves.items()} == HEADERS


def test_prepared_rows_meet_their_probabilities(typed):
    one = scored(typed, np.full(len(typed), 0.4), 0.3, judged().campaign)
    assert one.outcome.sum() == (typed["Churn"] == "Yes").sum()
    assert one.monthly.tolist() == typed["MonthlyCharges"].tolist()
    assert len(one.where(one.outcome == 1)) == one.outcome.sum()
