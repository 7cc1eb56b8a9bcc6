"""The game day in miniature: its file, its customers, its scoring and its report; `make gameday` plays it whole."""

import json

import numpy as np
import pytest
from pydantic import ValidationError

from churn import contract, table
from gameday import money, rivals, score, script, written
from gameday.calendar import Calendar
from gameday.diary import Diary, Page, Promotion
from gameday.report import Told
from gameday.world import World
from simulate import population

WANTED = [
    "unit bug in charges", "category renamed upstream", "harmless mix shift", "price war", "label outage",
    "poisoned label batch", "slow concept drift",
]  # fmt: skip


@pytest.fixture(scope="module")
def known():
    return script.read(rows=800)


@pytest.fixture(scope="module")
def months(known):
    """Let nobody be called, window after window."""
    world, made = World(known, 5), []
    for window in range(known.windows):
        made.append(world.month(window))
        world.pass_by(made[-1], np.zeros(known.rows, bool))
    return made


def written_page(window, earned=20_000.0, **told):
    return Page(
        window, "2026-01-01", 1, earned=earned, best=21_000.0, decision={"action": "none", "cause": "q"}, **told
    )


def alarm(kind):
    return {"kind": kind, "version": 1, "words": f"{kind} is off"}


def diary(*pages, **told):
    return Diary(list(pages), requests=10, rollback_seconds=2.0, served_seconds=3.0, **told)


def bar(told, beginning):
    (found,) = [one for one in told if one.words.startswith(beginning)]
    return found.state


def test_the_file_holds_the_incidents_that_were_asked_for(known):
    assert [one.name for one in known.incidents] == WANTED


def test_an_unknown_key_or_an_incident_after_the_end_is_refused(tmp_path):
    text = script.FILE.read_text()
    for wrong in (text.replace("windows: 18", "windows: 12"), text.replace("calls: 0.1", "calls: 0.1\ncolour: red")):
        (tmp_path / "day.yaml").write_text(wrong)
        with pytest.raises(ValidationError):
            script.read(tmp_path / "day.yaml")


def test_the_customers_keep_the_contract_but_for_the_incidents(months):
    for month in months:
        faults = table.faults(month.sent)
        assert (month.window == 4) == (not faults.empty), month.window
    off = [any(np.mean(rule.broken(month.sent)) > rule.max_share for rule in contract.RULES) for month in months]
    assert [place for place, wrong in enumerate(off) if wrong] == [2]


def test_the_seed_decides_and_calls_move_nothing_but_who_leaves(known):
    one, other = World(known, 5), World(known, 5)
    first, again = one.month(0), other.month(0)
    assert first.rows.equals(again.rows)
    one.pass_by(first, np.ones(known.rows, bool))
    other.pass_by(again, np.zeros(known.rows, bool))
    assert one.month(1).rows.drop(columns=contract.ID).equals(other.month(1).rows.drop(columns=contract.ID))
    assert not World(known, 6).month(0).rows.equals(first.rows)


def test_who_leaves_does_not_come_back_and_who_stays_does(known):
    world = World(known, 5)
    month = world.month(0)
    nobody = np.zeros(known.rows, bool)
    world.pass_by(month, nobody)
    left = set(month.names[month.left(nobody)])
    after = set(world.month(1).names)
    assert not after & left
    assert len(after & set(month.names)) > 20


def test_the_mix_shift_changes_no_chance_and_the_price_war_changes_no_column(known, months):
    for window in (6, 8):
        rows = months[window].rows
        assert np.allclose(months[window].chance, population.probability(rows)) == (window == 6)
    fiber = [month.rows["InternetService"].eq("Fiber optic").mean() for month in months]
    assert min(fiber[5:8]) > max(fiber[0], fiber[8])


def test_the_outage_silences_and_the_poison_swaps_the_outcomes_told_in_their_window(months):
    nobody = np.zeros(len(months[0].rows), bool)
    told = [month.labels(nobody)[0].sum() for month in months]
    swapped = [np.mean(month.labels(nobody)[1] != month.left(nobody)) for month in months]
    assert [place for place, many in enumerate(told) if many == 0] == [11]
    assert [place for place, share in enumerate(swapped) if share > 0] == [13]


def test_a_window_is_one_of_monitorings_own_and_outcomes_lie_within_the_horizon():
    days = Calendar(600)
    assert days.begins(3).timestamp() == 603 * 30 * 86_400
    assert days.run(3) < days.over(3) == days.begins(4)
    for number in range(100):
        assert days.begins(3).date() < days.left(3, number) < days.known(3)


def test_what_is_found_late_or_not_at_all_misses_its_bar(known):
    pages = [written_page(window, alarms=[]) for window in range(known.windows)]
    pages[2].alarms, pages[11].alarms = [alarm("drift")], [alarm("realised")]
    told = score.bars(known, diary(*pages))
    assert bar(told, "unit bug in charges") == "reached"
    assert bar(told, "price war: found") == "missed"
    assert bar(told, "label outage") == "missed"
    assert bar(told, "slow concept drift") == "missed"


def test_an_alarm_that_another_incident_explains_shows_nothing(known):
    pages = [written_page(window, earned=21_000.0, alarms=[]) for window in range(known.windows)]
    for window in (14, 16):
        pages[window].alarms = [alarm("realised")]
    slow = next(one for one in score.found(known, diary(*pages)) if one.incident.name == "slow concept drift")
    assert (slow.window, slow.by) == (16, "realised")


def test_an_alarm_that_no_incident_explains_is_a_false_one(known):
    pages = [written_page(0, alarms=[alarm("drift")]), written_page(2, alarms=[alarm("drift"), alarm("latency")])]
    assert [one[:2] for one in score.false_alarms(known, diary(*pages))] == [(0, "drift"), (2, "latency")]


@pytest.mark.parametrize(("window", "gain", "many"), [(10, 5000.0, 0), (10, -500.0, 1), (6, 5000.0, 1), (14, 10.0, 1)])
def test_a_promotion_is_wrong_that_loses_money_or_follows_a_bait(known, window, gain, many):
    page = written_page(window, moves=[Promotion(1, 2, "promote", gain)])
    assert len(score.wrong(known, diary(page))) == many


@pytest.mark.parametrize(("batch", "state"), [("2025-12-31", "missed"), ("2025-12-30", "reached")])
def test_a_model_that_learnt_from_false_labels_misses_its_bar_however_late_it_is_promoted(known, batch, state):
    later = written_page(17, moves=[Promotion(1, 2, "promote", 900.0)], batches=[f"{batch}-simulated.csv"])
    told = score.bars(known, diary(written_page(14), later))
    assert bar(told, "poisoned label batch: nothing is promoted") == state


def test_the_recovered_model_is_held_against_the_oracle_two_windows_of_labels_later(known):
    pages = [written_page(window, earned=10_000.0 if 8 <= window < 11 else 20_900.0) for window in range(known.windows)]
    (found,) = score.recoveries(known, diary(*pages))
    assert (found.window, found.share > 0.99, found.before < 0.5) == (11, True, True)
    pages[11].earned = 15_000.0
    assert bar(score.bars(known, diary(*pages)), "price war: 95%") == "missed"


@pytest.mark.parametrize("wrong", [{"failed": 1}, {"lost": 1}, {"rollback_seconds": 9.0}])
def test_one_failed_request_or_lost_record_or_a_slow_rollback_misses(known, wrong):
    told = diary(written_page(0))
    for name, value in wrong.items():
        setattr(told, name, value)
    assert [one.state for one in score.bars(known, told)[-3:]].count("missed") == 1


def test_a_policy_without_retraining_loses_by_the_price_war_and_one_with_recovers(known):
    short = known.model_copy(update={"windows": 11, "rows": 2000})
    still, moved = (
        rivals.play(short, policy, rivals.months(short, 5)) for policy in (rivals.never, rivals.monthly_recent)
    )
    assert still.earned[:1] == moved.earned[:1]
    assert still.earned[10] < 0.7 * moved.earned[10]
    assert (still.retrained, moved.retrained) == ([], list(range(1, 11)))


def test_the_report_says_that_it_is_simulated_and_what_was_missed(known, tmp_path):
    pages = [written_page(window) for window in range(known.windows)]
    pages[2].alarms = [alarm("drift")]
    kept = [money.Books(name, 1, [1.0], [], 0) for name in [*rivals.POLICIES, money.ORACLE]]
    told = Told(known, diary(*pages), kept, money.compare(known, kept, money.ours(diary(*pages), 1)))
    written.write(told, tmp_path)
    page, plain = (tmp_path / "gameday.html").read_text(), json.loads((tmp_path / "gameday.json").read_text())
    assert "simulated" in page
    assert "price war: found within 1 window of its evidence: not found" in page
    assert (plain["purpose"], plain["passed"]) == ("simulated", False)
    assert "| missed |" in (tmp_path / "gameday.md").read_text()
