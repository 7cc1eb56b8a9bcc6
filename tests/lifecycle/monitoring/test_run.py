"""Whole turns of monitoring on a real ledger and a real registry."""

import asyncio

import numpy as np
import pytest

import watched
from churn import contract
from churn.lifecycle.monitoring.run import monitor
from churn.stores.ledger.entries import Refusal
from churn.stores.ledger.opened import opened
from churn.stores.ledger.queries.alerts import alerts
from churn.stores.ledger.watch import decisions, readings


def of(seen, kind):
    (found,) = [one for one in seen.readings if one.kind == kind]
    return found


def asked(known, query, *words):
    async def ask():
        async with opened(known) as ledger:
            return await ledger.read(query, *words)

    return asyncio.run(ask())


def open_alerts(known):
    return {one["kind"] for one in asked(known, alerts, 0, 100, 0)["alerts"] if one["resolved_at"] is None}


def test_clean_months_alarm_nobody_and_are_kept(known):
    watched.write(known, watched.month(0), watched.month(1))
    monitor(known, watched.end_of(0))
    seen = monitor(known, watched.end_of(1))
    states = {one.kind: one.state for one in seen.readings}
    assert {kind for kind, state in states.items() if state != "ok"} == {"latency", "errors", "volume"}
    assert "no whole window before it" in of(seen, "volume").words, "the first one began in the middle"
    assert "does not tell" in of(seen, "errors").words
    assert of(seen, "realised").figures["labelled"] == watched.ROWS
    assert of(seen, "realised").figures["expected"]["value"] == 0.4
    assert open_alerts(known) == set()
    kept = asked(known, readings.newest, "production")
    assert {one["kind"] for one in kept} == set(states)
    assert of(seen, "drift").figures["customers"] == watched.ROWS


def test_a_turn_again_says_and_keeps_nothing_new(known):
    watched.write(known, watched.month(0))
    monitor(known, watched.end_of(0))
    before = asked(known, readings.page, "production", (), 0, 100, 0)
    monitor(known, watched.end_of(0) + 1)
    again = asked(known, readings.page, "production", (), 0, 100, 0)
    first, second = ({one["id"]: one["kind"] for one in page["readings"]} for page in (before, again))
    assert {kind for name, kind in second.items() if name not in first} == {"latency", "errors"}, "measured up to now"
    assert len(first) == len(second)
    assert len(asked(known, decisions.recent, "production")) == 1


def test_nothing_in_the_ledger_is_unknown_and_decides_nothing(known, quick):
    seen = monitor(known, watched.end_of(0))
    assert {one.state for one in seen.readings if one.kind != "drift"} == {"unknown"}
    assert seen.decision.action == "none"


def test_other_behaviour_is_seen_once_its_outcomes_are_due(known, quick):
    changed = watched.month(1)
    rng = np.random.default_rng(1)
    changed.left = rng.random(len(changed.rows)) < np.where(changed.rows["Contract"] == "Month-to-month", 0.1, 0.6)
    watched.write(known, watched.month(0), changed, watched.month(2))
    monitor(known, watched.end_of(0))
    assert of(monitor(known, watched.end_of(1)), "realised").state == "ok"
    seen = monitor(known, watched.end_of(2))
    assert of(seen, "realised").state == of(seen, "calibration").state == of(seen, "segments").state == "alarm"
    assert of(seen, "realised").figures["lost_per_1000"]["low"] > 0
    assert of(seen, "estimated").state == "alarm"
    assert of(seen, "labels").state == "ok", "a changed world is no mistake of the labels"
    assert {"realised", "calibration", "segments", "estimated"} <= open_alerts(known)
    assert seen.decision.action in {"retrain", "prepare"}


def test_the_mistakes_of_a_version_that_is_gone_are_not_the_champions(known, quick):
    before = watched.month(1)
    before.turned = True
    watched.write(known, watched.month(0))
    watched.write(known, before, version=7)
    watched.write(known, watched.month(2))
    monitor(known, watched.end_of(1))
    seen = monitor(known, watched.end_of(2))
    assert (of(seen, "realised").model_version, of(seen, "realised").state) == (7, "alarm")
    assert of(seen, "estimated").state == "ok", "the champion is estimated by what it says itself"


def test_outcomes_that_nothing_explains_are_not_believed(known, quick):
    poisoned = watched.month(1)
    poisoned.left ^= np.random.default_rng(1).random(len(poisoned.rows)) < 0.4
    watched.write(known, watched.month(0), poisoned, watched.month(2))
    monitor(known, watched.end_of(1))
    seen = monitor(known, watched.end_of(2))
    assert of(seen, "labels").state == "alarm"
    assert seen.decision.action == "quarantine"


def test_outcomes_whose_yes_and_no_changed_places_are_not_believed(known, quick):
    swapped = watched.month(1)
    swapped.left = ~swapped.left
    watched.write(known, watched.month(0), swapped, watched.month(2))
    assert "change places" in of(monitor(known, watched.end_of(2)), "labels").words


def test_customers_told_to_have_left_who_are_scored_again_are_not_believed(known, quick):
    first, again = watched.month(1), watched.month(2)
    gone = np.flatnonzero(first.left)[:150]
    again.rows.loc[: len(gone) - 1, contract.ID] = first.rows.loc[gone, contract.ID].to_numpy()
    watched.write(known, watched.month(0), first, again)
    seen = monitor(known, watched.end_of(2))
    assert of(seen, "labels").state == "alarm"
    assert "scored again" in of(seen, "labels").words


def test_leavers_who_are_told_before_stayers_alarm_nobody(known, quick):
    early = watched.month(1)
    early.labelled = early.left | (np.random.default_rng(2).random(len(early.rows)) < 0.8)
    watched.write(known, watched.month(0), early, watched.month(2))
    monitor(known, watched.end_of(1))
    seen = monitor(known, watched.end_of(2))
    kinds = ("realised", "calibration", "segments", "labels", "estimated")
    assert {of(seen, kind).state for kind in kinds} == {"unknown"}
    assert "leavers are often told before stayers" in of(seen, "realised").words


def test_customers_scored_until_the_firm_heard_that_they_left_are_no_reason_for_doubt(known, quick):
    """They left in the middle of a window and are scored once more within the grace."""
    first, again = watched.month(1), watched.month(2)
    gone = np.flatnonzero(first.left)[:150]
    again.rows.loc[: len(gone) - 1, contract.ID] = first.rows.loc[gone, contract.ID].to_numpy()
    again.number, again.scored_on, again.labelled[: len(gone)] = 1, 27.5, False
    watched.write(known, watched.month(0), first, again)
    assert of(monitor(known, watched.end_of(2)), "labels").figures["scored_again"] == 0


def test_a_label_outage_is_seen_when_outcomes_are_due(known, quick):
    silent = watched.month(1)
    silent.labelled[:] = False
    watched.write(known, watched.month(0), silent, watched.month(2))
    monitor(known, watched.end_of(1))
    seen = monitor(known, watched.end_of(2))
    assert of(seen, "outcomes").state == "alarm"
    assert of(seen, "outcomes").figures["share"] == 0
    assert of(seen, "realised").state == "unknown", "unlabelled is not stayed"
    assert "outcomes" in open_alerts(known)


def test_a_renamed_category_is_seen_as_refused_rows(known, quick):
    broken = watched.month(1)
    broken.rows = broken.rows.iloc[200:].reset_index(drop=True)
    broken.left, broken.labelled = broken.left[200:], broken.labelled[200:]
    broken.refused = [Refusal("Contract", "is one of the allowed values", 200)]
    watched.write(known, watched.month(0), broken)
    monitor(known, watched.end_of(0))
    seen = monitor(known, watched.end_of(1))
    assert of(seen, "refused").state == "alarm"
    assert "Contract" in of(seen, "refused").words
    assert seen.decision.action == "quarantine"
    watched.write(known, watched.month(2))
    monitor(known, watched.end_of(2))
    assert "refused" not in open_alerts(known), "a clean window closes the alert"


def test_refused_rows_alarm_before_their_window_is_over_and_are_told_once(known, quick):
    broken = watched.month(1)
    broken.refused = [Refusal("Contract", "is one of the allowed values", 200)]
    watched.write(known, watched.month(0), broken)
    first = watched.end_of(0) + watched.DAY
    seen = [monitor(known, at) for at in (first, first + watched.DAY)]
    for one in seen:
        whole, running = [reading for reading in one.readings if reading.kind == "refused"]
        assert (whole.state, running.state, running.since) == ("ok", "alarm", watched.end_of(0))
        assert running.words.startswith("so far: refused: Contract in")
        assert one.decision.action == "quarantine"
    assert open_alerts(known) == {"refused"}
    assert asked(known, decisions.page, "production", 0, 10, 0)["total"] == 1
    kept = asked(known, readings.page, "production", ("refused",), 0, 10, 0)["readings"]
    assert len({(one["since"], one["until"]) for one in kept}) == len(kept) == 2


def test_half_the_customers_alarm(known, quick):
    watched.write(known, watched.month(0), watched.month(1), watched.month(2, rows=600))
    monitor(known, watched.end_of(1))
    assert of(monitor(known, watched.end_of(2)), "volume").state == "alarm"


def test_a_broken_column_is_a_data_fault(known):
    broken = watched.month(0)
    broken.rows = broken.rows.assign(MonthlyCharges=broken.rows["MonthlyCharges"] / 100)
    watched.write(known, broken)
    seen = monitor(known, watched.end_of(0))
    assert of(seen, "drift").state == "alarm"
    assert of(seen, "drift").figures["kind"] == "data_fault"
    assert {"data_fault"} <= open_alerts(known)
    assert "drift" not in open_alerts(known)
    assert seen.decision.action == "quarantine"


def test_half_the_totals_in_another_unit_are_a_data_fault(known):
    """No column looks as if its unit changed, for half of it did not; the contract's own rule tells."""
    broken = watched.month(0)
    half = np.random.default_rng(4).random(len(broken.rows)) < 0.5
    total = broken.rows["TotalCharges"]
    broken.rows = broken.rows.assign(TotalCharges=total.where(~half, (total * 0.01).round(2)))
    watched.write(known, broken)
    seen = monitor(known, watched.end_of(0))
    assert (of(seen, "drift").state, of(seen, "drift").figures["kind"]) == ("alarm", "data_fault")
    assert "a unit fault" in of(seen, "drift").words
    assert seen.decision.action == "quarantine"


def test_held_out_customers_stand_for_those_who_were_called(known, quick):
    """Calls keep nine of ten who would leave; without weights the scores would look too high."""
    month, rng = watched.month(0, rows=4000), np.random.default_rng(3)
    chosen = month.rows["Contract"].eq("Month-to-month").to_numpy()
    month.held = chosen & (rng.random(4000) < 0.3)
    month.called = chosen & ~month.held
    month.left &= ~(month.called & (rng.random(4000) < 0.9))
    watched.write(known, month, watched.month(1))
    seen = monitor(known, watched.end_of(1))
    assert of(seen, "calibration").state == "ok"
    assert of(seen, "realised").figures["labelled"] == 4000 - month.called.sum()
    assert of(seen, "realised").figures["window_held_out_weight"] == pytest.approx(chosen.sum() / month.held.sum())


def test_simulated_and_real_are_never_mixed(known, quick):
    watched.write(known, watched.month(0), purpose="simulated")
    assert of(monitor(known, watched.end_of(0)), "volume").figures["customers"] == 0
    played = known.model_copy(update={"simulation": True})
    assert of(monitor(played, watched.end_of(0)), "volume").figures["customers"] == watched.ROWS
    assert {one["state"] for one in asked(known, readings.newest, "production", ("volume",))} == {"unknown"}


def test_windows_that_passed_unwatched_are_judged_afterwards(known, quick):
    watched.write(known, *(watched.month(number) for number in range(4)))
    monitor(known, watched.end_of(0))
    monitor(known, watched.end_of(3))
    kept = asked(known, readings.page, "production", ("volume",), 0, 100, 0)["readings"]
    assert [one["until"] for one in kept] == [watched.end_of(number) for number in (3, 2, 1, 0)]


def test_without_the_registry_nothing_is_guessed_and_somebody_is_told(known, quick, tmp_path):
    watched.write(known, watched.month(0))
    away = known.model_copy(update={"tracking_uri": "http://127.0.0.1:9"})
    away.__dict__.pop("store", None)
    seen = monitor(away, watched.end_of(0))
    assert of(seen, "prediction_drift").state == "unknown"
    assert "registry_away" in open_alerts(known)


def test_a_judge_that_fails_is_an_alert_and_takes_no_other_along(known, quick, monkeypatch):
    from churn.lifecycle.monitoring import drifted

    def broken(scene):
        raise ValueError("a bug")

    monkeypatch.setattr(drifted, "prediction_drift", broken)
    watched.write(known, watched.month(0))
    seen = monitor(known, watched.end_of(0))
    assert of(seen, "prediction_drift").state == "unknown"
    assert of(seen, "refused").state == "ok"
    assert "monitor_failed" in open_alerts(known)


@pytest.mark.parametrize(("left", "said"), [(True, "1,500 of 1,500"), (False, "0 of 1,500")])
def test_outcomes_that_are_all_the_same_are_not_believed(known, quick, left, said):
    """The model cannot be judged by them, and that alone would be told to nobody."""
    same = watched.month(1)
    same.left[:] = left
    watched.write(known, watched.month(0), same, watched.month(2))
    seen = monitor(known, watched.end_of(2))
    assert of(seen, "realised").state == "unknown"
    assert of(seen, "labels").state == "alarm"
    assert of(seen, "labels").words.startswith(f"{said} customers were told to have left, where the scores foresee")
    assert (seen.decision.action, "labels" in open_alerts(known)) == ("quarantine", True)
