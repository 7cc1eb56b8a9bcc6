"""What `churn decisions` says."""

from churn.lifecycle.decision import ladder, spelt
from churn.lifecycle.decision.decision import Decision
from churn.lifecycle.retraining.windows import DAY, Window

MAY, JUNE = (Window(number * 30 * DAY, (number + 1) * 30 * DAY) for number in (600, 601))
NOW = JUNE.until


def test_a_decision_is_told_with_its_money_and_what_came_of_it():
    one = Decision(NOW, "retrain", "loss", "offers earn less", money=1234.5, done="failed: no remote")
    assert spelt.table([one], 20, NOW).splitlines() == [
        "2019-06-13T00:00Z  retrain    loss       offers earn less, 1,234 a month",
        "    failed: no remote",
    ]


def test_of_decisions_it_is_told_which_days_they_set_aside_and_what_nobody_has_done_yet():
    evidence = {"quarantined": [[one.since, one.until] for one in (MAY, JUNE)]}
    aside = Decision(NOW, "quarantine", "labels", "w", evidence)
    let = ladder.release((MAY.since, MAY.until), "they are right", NOW + 1)
    asked = Decision(NOW + 2, "retrain", "loss", "w", until=NOW + 30 * DAY)
    told = spelt.table([asked, let, aside], 20, NOW + 3)
    assert "    not done yet, asked for until 2019-07-13\n" in told
    assert "    released: 2019-04-14 to 2019-05-13\n" in told
    assert "    set aside: 2019-04-14 to 2019-05-13, released since\n" in told
    assert told.endswith("    set aside: 2019-05-14 to 2019-06-12")
    assert spelt.table([], 20, NOW) == spelt.NOTHING
