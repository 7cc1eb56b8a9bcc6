import json

import numpy as np
import onnx
import pandas as pd
import pytest

import models
from churn.lifecycle.gate import common_rows, judge
from churn.scoring.scorer import Scorer
from models import CAMPAIGN, GATE, METRICS

GOOD, NOISY, OTHER_SPLIT = models.model(), models.model(noise=0.9, rows=400), models.model(seed=21)


def verdict(challenger, champion=None, metrics=METRICS, rows=None, gate=GATE):
    rows = models.test_rows() if rows is None else rows
    metrics = {"model": challenger.metadata["digest"]} | metrics
    return judge(Scorer(challenger.model), champion and Scorer(champion.model), metrics, rows, gate, CAMPAIGN)


def test_the_first_model_is_held_to_floors():
    done = verdict(GOOD)
    assert (done.state, [check.met for check in done.checks]) == ("pass", [True] * 3)


@pytest.mark.parametrize(
    ("name", "value", "state"),
    [
        ("roc_auc", (0.55, 0.52, 0.58), "fail"),
        ("roc_auc", (0.63, 0.58, 0.68), "unknown"),
        ("calibration_slope", (0.2, 0.15, 0.25), "fail"),
        ("calibration_slope", (4.0, 3.5, 4.5), "fail"),
        ("calibration_slope", (3.1, 2.0, 4.5), "unknown"),
        ("roc_auc", (None, None, None), "unknown"),
        ("roc_auc", (0.8, None, None), "unknown"),
        ("roc_auc", (0.8, 0.9, 0.7), "unknown"),
        ("roc_auc", ("0.8", 0.7, 0.9), "unknown"),
        ("roc_auc", (float("nan"), 0.7, 0.9), "unknown"),
        ("calibration_slope", (1.0, float("nan"), 1.2), "unknown"),
        ("roc_auc", (True, True, True), "unknown"),
    ],
)
def test_a_floor_shown_missed_fails_and_what_is_not_shown_or_missing_is_unknown(name, value, state):
    done = verdict(GOOD, metrics=METRICS | {name: dict(zip(("value", "low", "high"), value, strict=True))})
    assert done.state == state
    assert name in done.reason


@pytest.mark.parametrize("metrics", [{}, {"roc_auc": 0.9}, {"roc_auc": None}])
def test_metrics_of_another_shape_are_unknown(metrics):
    assert verdict(GOOD, metrics=metrics).state == "unknown"


@pytest.mark.parametrize("metrics", [None, [], "text", 3])
def test_a_metrics_file_that_holds_something_else_is_unknown(metrics):
    done = judge(Scorer(GOOD.model), None, metrics, models.test_rows(), GATE, CAMPAIGN)
    assert done.state == "unknown"


@pytest.mark.parametrize(("churn", "state"), [(0.95, "fail"), (None, "unknown")])
def test_a_first_model_must_know_more_than_the_churn_rate(monkeypatch, churn, state):
    """The bar is the table's own: the log loss of giving everybody the rate."""
    rows, first = models.test_rows(), Scorer(GOOD.model)
    said = np.full(len(rows), churn or rows["Churn"].eq("Yes").mean())
    monkeypatch.setattr(first, "probabilities", lambda _: said)
    done = judge(first, None, METRICS | {"model": first.digest}, rows, GATE, CAMPAIGN)
    assert (done.state, done.checks[1].name) == (state, "log_loss_gain_over_base_rate")


def test_a_first_model_without_test_rows_is_unknown():
    assert verdict(GOOD, rows=models.test_rows().head(0)).state == "unknown"
    assert verdict(GOOD, rows=models.test_rows(Churn="No")).state == "unknown"


def test_a_better_challenger_passes():
    done = verdict(GOOD, NOISY)
    gain = next(check for check in done.checks if check.name == "log_loss_gain")
    assert done.state == "pass"
    assert 0 < gain.low < gain.value < gain.high


def test_a_worse_challenger_fails_with_the_interval_in_the_reason():
    done = verdict(NOISY, GOOD)
    assert done.state == "fail"
    assert "log_loss_gain -0." in done.reason
    assert "shown to miss low > 0" in done.reason


def test_a_near_twin_is_neither_better_nor_worse():
    done = verdict(models.model(c=0.9), GOOD)
    assert done.state == "unknown"
    assert "log_loss_gain" in done.reason
    assert "not shown: low > 0" in done.reason


def test_the_same_probabilities_under_another_decision_pass():
    """Who changes the price of an offer gets another threshold from the same model, and must be able to use it."""
    turned = onnx.load_from_string(GOOD.model)
    decision = next(one for one in turned.metadata_props if one.key == "churn")
    decision.value = json.dumps(json.loads(decision.value) | {"threshold": 0.123})
    challenger = Scorer(turned.SerializeToString())
    done = judge(
        challenger, Scorer(GOOD.model), METRICS | {"model": challenger.digest}, models.test_rows(), GATE, CAMPAIGN
    )
    assert done.state == "pass"
    assert "only the decision" in done.reason


def test_the_champion_itself_is_no_challenger():
    assert verdict(GOOD, GOOD).state == "unknown"


def test_only_rows_that_neither_trained_on_vote():
    rows = models.population()
    both = common_rows(rows, Scorer(OTHER_SPLIT.model), Scorer(GOOD.model))
    assert 0.02 < both.mean() < 0.06, "a fifth of a fifth"


def test_only_the_newest_period_votes_and_the_older_ones_are_reported():
    rows = models.test_rows()
    rows.loc[:499, "period"] = 3
    done = verdict(GOOD, NOISY, rows=rows)
    assert done.rows == 500
    asked = ["log_loss_gain", "profit_gain_per_1000", "calibration_gap", "calibration_slope", "segments"]
    assert [check.name for check in done.checks] == asked
    floors = ["roc_auc", "log_loss_gain_over_base_rate", "calibration_slope"]
    looking_back = [*floors, "log_loss_gain", "profit_gain_per_1000"]
    assert [check.name for check in done.regression] == looking_back


def test_old_rows_that_speak_against_it_have_no_vote():
    """After a change of behaviour the old test rows are wrong for everybody."""
    rows = models.test_rows(period=2)
    old = models.test_rows(period=0)
    old["Churn"] = old["Churn"].map({"Yes": "No", "No": "Yes"})
    done = verdict(GOOD, NOISY, rows=pd.concat([old, rows], ignore_index=True))
    assert done.state == "pass"
    assert [check.met for check in done.regression] == [True, False, True, False, False]


def test_too_few_rows_are_unknown():
    done = verdict(GOOD, NOISY, rows=models.test_rows().head(99))
    assert done.state == "unknown"
    assert "99 rows" in done.reason


def test_one_outcome_is_unknown():
    assert verdict(GOOD, NOISY, rows=models.test_rows(Churn="No")).state == "unknown"


@pytest.mark.parametrize("champion", [None, NOISY])
def test_outcomes_that_are_neither_are_unknown_and_nobody_stayed_by_them(champion):
    rows = models.test_rows()
    rows.loc[::2, "Churn"] = "perhaps"
    done = verdict(GOOD, champion, rows=rows)
    assert (done.state, done.refresh.state, "neither No nor Yes" in done.reason) == ("unknown", "unknown", True)


def test_two_models_that_agree_on_endless_numbers_are_unknown():
    rows = models.test_rows(MonthlyCharges=np.inf)
    assert verdict(GOOD, NOISY, rows=rows).state == "unknown"


def test_a_missing_column_is_unknown_and_not_a_crash():
    rows = models.test_rows().drop(columns="MonthlyCharges")
    assert verdict(GOOD, NOISY, rows=rows).state == "unknown"


def test_models_of_different_columns_are_unknown():
    challenger, champion = Scorer(GOOD.model), Scorer(NOISY.model)
    champion.decision["columns"] = champion.decision["columns"][1:]
    done = judge(challenger, champion, METRICS | {"model": challenger.digest}, models.test_rows(), GATE, CAMPAIGN)
    assert (done.state, "different columns" in done.reason) == ("unknown", True)


def test_the_verdict_is_the_same_each_time():
    assert verdict(GOOD, NOISY).model_dump() == verdict(GOOD, NOISY).model_dump()


def test_metrics_of_another_model_are_unknown():
    done = verdict(GOOD, metrics=METRICS | {"model": OTHER_SPLIT.metadata["digest"]})
    assert (done.state, "another model" in done.reason) == ("unknown", True)


def test_a_missing_number_is_unknown():
    rows = models.test_rows()
    rows.loc[:299, "MonthlyCharges"] = np.nan
    assert verdict(GOOD, NOISY, rows=rows).state == "unknown"


def none_at_all(rows):
    return np.full(len(rows), np.nan)


def no_answer(_):
    raise NotImplementedError("onnxruntime's own exceptions share no class")


@pytest.mark.parametrize("probabilities", [none_at_all, no_answer])
def test_a_model_that_cannot_score_is_unknown(monkeypatch, probabilities):
    broken = Scorer(GOOD.model)
    monkeypatch.setattr(broken, "probabilities", probabilities)
    metrics = METRICS | {"model": broken.digest}
    assert judge(broken, Scorer(NOISY.model), metrics, models.test_rows(), GATE, CAMPAIGN).state == "unknown"


def test_no_rows_at_all_are_unknown():
    done = verdict(GOOD, NOISY, rows=models.test_rows().head(0))
    assert (done.state, "0 rows" in done.reason) == ("unknown", True)


@pytest.mark.parametrize("lacking", ["tiers", "split", "columns"])
def test_a_champion_of_an_older_make_is_unknown_and_said_so(lacking):
    challenger, champion = Scorer(GOOD.model), Scorer(NOISY.model)
    del champion.decision[lacking]
    done = judge(challenger, champion, METRICS | {"model": challenger.digest}, models.test_rows(), GATE, CAMPAIGN)
    assert (done.state, f"KeyError: '{lacking}'" in done.reason) == ("unknown", True)
    assert done.refresh.state == "unknown"


def test_customers_without_a_number_in_any_period_are_unknown():
    rows = models.test_rows(MonthlyCharges=np.nan, tenure=np.nan, TotalCharges=np.nan)
    done = verdict(GOOD, NOISY, rows=rows)
    assert (done.state, done.refresh.state) == ("unknown", "unknown")


def test_a_better_challenger_that_harms_a_segment_fails(monkeypatch):
    """Everybody but the seniors gains, and of them it says the opposite."""
    rows = models.test_rows()
    seniors, left = rows["SeniorCitizen"].eq(1).to_numpy(), rows["Churn"].eq("Yes").to_numpy()
    challenger, champion = Scorer(GOOD.model), Scorer(NOISY.model)
    monkeypatch.setattr(challenger, "probabilities", lambda _: np.where(seniors, 0.4 - 0.2 * left, 0.2 + 0.6 * left))
    monkeypatch.setattr(champion, "probabilities", lambda _: np.full(len(rows), 0.3))
    metrics = METRICS | {"model": challenger.digest}
    done = judge(challenger, champion, metrics, rows, GATE, CAMPAIGN)
    assert (done.state, done.checks[0].state) == ("fail", "pass")
    assert "SeniorCitizen 1 got worse" in done.reason


def test_a_champion_keeps_its_place_against_who_is_better_and_badly_calibrated(monkeypatch):
    rows = models.test_rows()
    left = rows["Churn"].eq("Yes").to_numpy()
    chance = np.random.default_rng(1).random(len(rows))
    challenger, champion = Scorer(GOOD.model), Scorer(NOISY.model)
    monkeypatch.setattr(challenger, "probabilities", lambda _: np.where(left, 0.45, 0.4) + chance / 10)
    monkeypatch.setattr(champion, "probabilities", lambda _: 0.05 + 0.9 * chance)
    done = judge(challenger, champion, METRICS | {"model": challenger.digest}, rows, GATE, CAMPAIGN)
    assert (done.checks[0].state, done.state) == ("pass", "fail")
    assert "calibration_slope" in done.reason
