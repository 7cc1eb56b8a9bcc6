"""What is decided about what monitoring read, rung by rung."""

from pathlib import Path

import numpy as np
import pytest

from churn.errors import RetrainingError
from churn.lifecycle.decision import losses
from churn.lifecycle.decision.decision import Decision
from churn.lifecycle.decision.kept import open_
from churn.lifecycle.decision.ladder import decide, manual, news, release
from churn.lifecycle.decision.losses import Loss, adds_up, needed
from churn.lifecycle.monitoring.reading import Reading
from churn.params.campaign import Campaign
from churn.params.retrain import Retrain
from churn.params.section import load

ROOT = Path(__file__).parents[2]
KNOBS, CAMPAIGN = (load(one, ROOT / "params.yaml") for one in (Retrain, Campaign))
DAY = 86_400 * 1_000_000
MONTH = 30 * DAY
NOW = 700 * DAY
MATURE, NEWEST = (NOW - 2 * MONTH, NOW - MONTH), (NOW - MONTH, NOW)


def ends(value, half):
    return {"value": value, "low": value - half, "high": value + half}


def reading(kind, state="ok", span=NEWEST, version=3, /, **figures):
    return Reading(kind, version, *span, state, f"{kind} is {state}", figures)


def realised(state="alarm", lost=2000.0, half=400.0, span=MATURE, version=3, labelled=4000, log_loss=0.5):
    figures = {"log_loss": ends(log_loss, 0.98 / labelled**0.5), "expected": ends(0.41, 0.025), "labelled": labelled}
    return reading("realised", state, span, version, lost_per_1000=ends(lost, half), **figures)


WELL = (reading("drift"), reading("volume", customers=5000), reading("labels", span=MATURE), reading("outcomes"))


def decided(*readings, past=(), now=NOW, knobs=KNOBS):
    return decide(readings, past, knobs, CAMPAIGN, now)


def test_quiet_readings_ask_for_nothing():
    found = decided(*WELL)
    assert (found.action, found.cause) == ("none", "quiet")


@pytest.mark.parametrize("readings", [(), (reading("drift", "unknown"),), (*WELL, reading("estimated", "unknown"))])
def test_what_was_not_judged_is_unknown_and_never_quiet(readings):
    found = decided(*readings)
    assert (found.action, found.cause) == ("none", "unknown")


@pytest.mark.parametrize("fault", [reading("drift", "alarm", kind="data_fault"), reading("refused", "alarm")])
def test_broken_data_are_set_aside_and_nothing_is_trained_whatever_was_lost(fault):
    found = decided(fault, realised(), *WELL[1:])
    assert (found.action, found.cause) == ("quarantine", "data_fault")
    assert found.evidence["quarantined"] == [list(NEWEST)]


def test_labels_nobody_can_believe_are_set_aside_and_teach_nothing():
    found = decided(*WELL[:2], reading("labels", "alarm", MATURE), WELL[3], realised())
    assert (found.action, found.cause) == ("quarantine", "labels")
    later = decided(*WELL, realised(), past=[found], now=NOW + DAY)
    assert later.action == "none", "the same window, whatever is said of its labels now"


def test_a_window_that_a_person_released_may_be_learnt_from_until_it_is_set_aside_anew():
    aside = Decision(NOW - 9, "quarantine", "labels", "", {"quarantined": [list(MATURE)]})
    let = release(MATURE, "labels were sent again", NOW - 5)
    assert decided(*WELL, realised(), past=[aside]).action == "none"
    assert decided(*WELL, realised(), past=[let, aside]).action == "retrain"
    again = Decision(NOW - 2, "quarantine", "labels", "", {"quarantined": [list(MATURE)]})
    assert decided(*WELL, realised(), past=[again, let, aside]).action == "none"


def test_what_a_person_released_is_not_set_aside_again_by_the_next_look_at_it():
    doubt = [*WELL[:2], reading("labels", "alarm", MATURE), WELL[3], realised()]
    aside = decided(*doubt)
    let = release(MATURE, "they are right after all", NOW + 1)
    assert decided(*doubt, past=[let, aside], now=NOW + DAY).action == "retrain"
    later = (MATURE[0] + MONTH, MATURE[1] + MONTH)
    found = decided(*doubt, reading("labels", "alarm", later), past=[let, aside], now=NOW + MONTH)
    assert (found.action, found.evidence["quarantined"]) == ("quarantine", [list(later)]), "another window is not"
    fault = [reading("refused", "alarm", MATURE), *doubt]
    assert decided(*fault, past=[let, aside], now=NOW + DAY).cause == "data_fault", "nor is another fault of it"


def test_a_release_wants_a_reason_and_a_window_that_is_over():
    with pytest.raises(RetrainingError, match="say why"):
        release(MATURE, " ", NOW)
    with pytest.raises(RetrainingError, match="goes on until"):
        release(NEWEST, "mended", NEWEST[1] - 1)


def test_a_decision_is_open_until_its_rest_is_over_or_a_later_one_is_done():
    asked = decided(*WELL, realised())
    assert open_([asked], NOW + DAY) == asked
    assert open_([asked], NOW + (KNOBS.cool_down_days + 1) * DAY) is None
    done = Decision(NOW + DAY, "retrain", "manual", "", done_at=NOW + DAY, done="challenger")
    assert open_([done, asked], NOW + 2 * DAY) is None
    waiting = decided(*WELL, realised(labelled=150))
    assert waiting.action == "prepare"
    assert open_([waiting], NOW + (KNOBS.cool_down_days + 1) * DAY) is None


def test_a_loss_of_customers_that_were_set_aside_is_no_loss_of_the_model():
    before = Decision(NOW - MONTH, "quarantine", "data_fault", "", {"quarantined": [list(MATURE)]})
    assert decided(*WELL, realised(), past=[before]).action == "none"


def test_a_loss_that_labels_confirm_retrains_and_is_priced():
    found = decided(*WELL, realised())
    assert (found.action, found.cause) == ("retrain", "loss")
    assert found.money == pytest.approx(2000 * 5)
    assert found.until == NOW + KNOBS.cool_down_days * DAY


def test_a_harmless_shift_is_noted_and_retrains_nothing():
    for kind in ("mix", "behaviour"):
        found = decided(reading("drift", "alarm", kind=kind, retrain=True), *WELL[1:], realised("ok", 0.0))
        assert (found.action, found.cause) == ("note", "shift")


def test_a_loss_worth_less_than_a_retraining_is_noted():
    found = decided(*WELL, realised(lost=5.0, log_loss=0.43))
    assert (found.action, found.cause) == ("note", "loss")


def test_a_log_loss_that_rose_far_is_acted_on_whatever_recalibration_would_earn():
    assert decided(*WELL, realised(lost=0.0, log_loss=0.6)).action == "retrain"


def test_too_few_labels_prepare_and_say_how_many_are_needed():
    found = decided(*WELL, realised(labelled=150))
    assert (found.action, found.cause) == ("prepare", "waiting")
    assert "only 150 labels are mature" in found.words


@pytest.mark.parametrize("labels", [(), (reading("labels", "unknown", MATURE),)])
def test_labels_that_nobody_examined_confirm_nothing(labels):
    found = decided(*WELL[:2], *labels, WELL[3], realised())
    assert (found.action, found.cause) == ("prepare", "waiting")


def test_a_label_outage_confirms_nothing():
    late = reading("outcomes", "alarm")
    assert decided(*WELL[:3], late, realised()).action == "prepare"
    assert (found := decided(*WELL[:3], late)).action == "note"
    assert found.cause == "waiting"


def test_an_estimated_loss_prepares_once_and_never_retrains():
    found = decided(*WELL, reading("estimated", "alarm", lost_per_1000=900.0))
    assert (found.action, found.cause, found.money) == ("prepare", "estimate", pytest.approx(4500))
    again = decided(*WELL, reading("estimated", "alarm", lost_per_1000=900.0), past=[found], now=NOW + DAY)
    assert (again.action, again.cause) == ("none", "waiting")


def test_an_estimated_loss_that_is_cheap_is_noted():
    assert decided(*WELL, reading("estimated", "alarm", lost_per_1000=1.0)).action == "note"


def test_after_a_retraining_none_is_begun_until_it_has_rested_and_no_window_counts_twice():
    first = decided(*WELL, realised())
    same = decided(*WELL, realised(), past=[first], now=NOW + DAY)
    assert same.action == "none"
    other = realised(span=(MATURE[1], MATURE[1] + DAY))
    resting = decided(*WELL, other, past=[first], now=NOW + DAY)
    assert (resting.action, resting.cause) == ("none", "waiting")
    assert decided(*WELL, other, past=[first], now=NOW + (KNOBS.cool_down_days + 1) * DAY).action == "retrain"


def test_a_retraining_that_failed_holds_nothing_back():
    first = decided(*WELL, realised())
    failed = Decision(first.at, "retrain", "loss", "", first.evidence, until=first.until, done="failed: no remote")
    assert decided(*WELL, realised(), past=[failed], now=NOW + DAY).action == "retrain"


def test_what_a_version_lost_that_serves_no_longer_is_not_acted_on():
    assert decided(*WELL, realised(version=2)).action == "none"


def test_what_a_stray_version_leaves_unknown_holds_back_no_retraining_of_the_one_in_service():
    stray = Reading("labels", 2, *MATURE, "unknown", "12 outcomes are too few", {})
    assert decided(*WELL, stray, realised()).action == "retrain"
    doubted = Reading("labels", 2, *MATURE, "alarm", "labels are not to be believed", {})
    assert decided(*WELL, doubted, realised()).action == "quarantine"


@pytest.mark.parametrize("kind", ["realised", "calibration", "segments", "estimated"])
def test_an_alarm_of_a_version_that_was_replaced_asks_nothing_of_the_one_in_service(kind):
    old = realised(version=2) if kind == "realised" else reading(kind, "alarm", MATURE, 2, lost_per_1000=9000.0)
    found = decided(*WELL, old, realised("ok", 0.0))
    assert found.action == "none"


def test_a_loss_must_pay_a_retraining_back_at_least_not_on_average():
    assert decided(*WELL, realised(lost=300.0, half=400.0, log_loss=0.43)).action == "note"
    assert decided(*WELL, realised(lost=300.0, half=100.0, log_loss=0.43)).action == "retrain"


def test_a_schedule_asks_for_a_challenger_when_labels_are_believed():
    old = Decision(NOW - 200 * DAY, "none", "quiet", "")
    assert (found := decided(*WELL, past=[old])).action == "retrain"
    assert found.cause == "schedule"
    assert decided(*WELL[:2], past=[old]).action == "note"
    assert decided(*WELL, past=[old], knobs=KNOBS.model_copy(update={"schedule_days": None})).action == "none"
    assert decided(*WELL, past=[Decision(NOW - DAY, "none", "quiet", "")]).action == "none"


def test_a_person_may_ask_at_any_time():
    found = manual("a new tariff", KNOBS, NOW)
    assert (found.action, found.cause, found.words) == ("retrain", "manual", "a new tariff")


def test_the_same_said_again_is_no_news():
    first = decided(*WELL)
    assert news(first, [])
    assert not news(decided(*WELL, now=NOW + DAY), [first])
    assert news(decided(*WELL, realised()), [first])


def test_small_losses_add_up_over_windows():
    past, decisions = [], []
    for month in range(8):
        span = (MATURE[0] + month * MONTH, MATURE[1] + month * MONTH)
        found = decided(*WELL, realised("ok", 800.0, 900.0, span, log_loss=0.42), past=past, now=NOW + month * MONTH)
        decisions.append(found.action)
        past.append(found)
    assert decisions[0] == "none"
    assert "retrain" in decisions


def losing(scores):
    return [Loss(at, at + 1, 1, 1000, lost=float(score), error=1.0) for at, score in enumerate(scores)]


def test_a_version_that_loses_nothing_is_hardly_ever_said_to_lose_in_five_years():
    rng, level = np.random.default_rng(61), 0.05
    runs = rng.standard_normal((1000, 60))
    alarms = np.mean([any(adds_up(run[:many], level) for many in range(1, 61)) for run in map(losing, runs)])
    assert alarms <= level, alarms


def test_a_loss_of_one_and_a_half_standard_errors_a_window_is_found_within_a_year():
    rng = np.random.default_rng(62)
    runs = rng.standard_normal((500, 12)) + 1.5
    found = np.mean([any(adds_up(run[:many], 0.01) for many in range(1, 13)) for run in map(losing, runs)])
    assert found >= 0.9, found


def test_the_labels_that_are_needed_find_the_rise_as_often_as_was_said():
    rng, many = np.random.default_rng(63), needed(Loss(0, 1, 1, 0), 0.05, 0.01, 0.8)
    scores = (rng.normal(0.05, 0.5, (4000, many)).mean(1)) / (0.5 / np.sqrt(many))
    assert np.mean(scores > 2.326) == pytest.approx(0.8, abs=0.02)


def test_a_month_is_priced_at_the_pace_of_the_window():
    assert losses.monthly(1000.0, 500, (0, 15 * DAY)) == pytest.approx(1000)
