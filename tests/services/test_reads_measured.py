"""What came of scores and calls, measured over a real ledger; figures are made by hand."""

import pytest

from scored import DAY, NOW, contacted, left, score
from serving import told


async def test_a_campaign_without_a_held_out_arm_is_not_measurable_and_says_so(api, known):
    await score(known.ledger, "a", 0.5, 80.0)
    await contacted(known.ledger, "a", days_ago=40)
    await left(known.ledger, "a", churned=False, days_ago=5)
    found = await told(api, "/campaign")
    assert found["words"] == "not measurable yet: no mature outcome among the held-out customers"
    assert (found["reduction"], found["saved"], found["money"]) == (None, None, None)
    assert found["contacted"]["churn_rate"]["value"] == 0.0


async def test_a_campaign_is_measured_by_newcombe_and_valued_by_its_assumptions(api, known):
    for number in range(56):
        await score(known.ledger, f"t{number}", 0.5, 80.0)
        await contacted(known.ledger, f"t{number}", days_ago=40)
        await left(known.ledger, f"t{number}", churned=number < 6, days_ago=20 if number < 6 else 5)
    for number in range(48):
        await contacted(known.ledger, f"h{number}", days_ago=40, held_out=True)
        await left(known.ledger, f"h{number}", churned=number < 14, days_ago=20 if number < 14 else 5)
    found = await told(api, "/campaign")
    reduction = found["reduction"]
    assert reduction["value"] == pytest.approx(14 / 48 - 6 / 56)
    assert (reduction["low"], reduction["high"]) == (pytest.approx(0.0312, abs=1e-4), pytest.approx(0.3359, abs=4e-4))
    assert found["saved"]["value"] == pytest.approx(56 * reduction["value"])
    terms = known.served.engine.campaign
    gain = terms.margin * terms.months * 80.0
    assert found["spent"] == pytest.approx(56 * terms.contact + 50 * terms.offer)
    assert found["money"]["value"] == pytest.approx(found["saved"]["value"] * gain - found["spent"])


async def test_further_calls_and_offers_are_not_free(api, known):
    for name, held_out in (("t", False), ("h", True)):
        await score(known.ledger, name, 0.5, 80.0)
        await contacted(known.ledger, name, days_ago=60, held_out=held_out)
        await left(known.ledger, name, churned=False, days_ago=5)
    for days_ago in (55, 50):
        await contacted(known.ledger, "t", days_ago=days_ago)
    terms = known.served.engine.campaign
    assert (await told(api, "/campaign"))["spent"] == pytest.approx(3 * terms.contact + 3 * terms.offer)


async def test_the_held_out_who_were_called_all_the_same_stay_held_out_and_are_told(api, known):
    for name, held_out in (("t", False), ("h", True)):
        await score(known.ledger, name, 0.5, 80.0)
        await contacted(known.ledger, name, days_ago=40, held_out=held_out)
        await left(known.ledger, name, churned=False, days_ago=5)
    assert "all the same" not in (await told(api, "/campaign"))["words"]
    await contacted(known.ledger, "h", days_ago=35)
    found = await told(api, "/campaign")
    assert (found["contacted"]["customers"], found["held_out"]["known"], found["crossed"]) == (1, 1, 1)
    assert "; 1 of the held-out were called within the horizon all the same" in found["words"]


async def test_a_window_that_ends_before_it_begins_is_refused(api):
    answer = await told(api, "/campaign?since=2026-05-02T00:00:00Z&until=2026-05-01T00:00:00Z", 422)
    assert answer["detail"] == "since lies before until"


async def test_performance_waits_for_labels(api, known):
    await score(known.ledger, "a", 0.5, 80.0, at=NOW - 40 * DAY)
    found = await told(api, "/monitoring/performance")
    assert (found["customers"], found["mature"], found["labelled"], found["coverage"]) == (1, 1, 0, 0.0)
    assert found["roc_auc"] is None
    assert found["words"].startswith("too few to judge")


async def test_performance_is_measured_on_mature_labels(api, known):
    for number in range(120):
        await score(known.ledger, f"c{number}", 0.75 if number % 2 else 0.25, 80.0, at=NOW - 40 * DAY)
        churned = number % 4 == 0 if number % 2 == 0 else number % 4 != 1 or number % 8 == 1
        await left(known.ledger, f"c{number}", churned=churned, days_ago=20 if churned else 5)
    found = await told(api, "/monitoring/performance?window_days=366")
    assert (found["labelled"], found["coverage"]) == (120, 1.0)
    bins = {one["low"]: one for one in found["calibration"]}
    assert (bins[0.2]["churned"]["value"], bins[0.7]["churned"]["value"]) == (0.5, 0.75)
    brier = (60 * (0.5 * 0.25**2 + 0.5 * 0.75**2) + 60 * (0.75 * 0.25**2 + 0.25 * 0.75**2)) / 120
    assert found["brier"]["value"] == pytest.approx(brier)
    left_high, stayed_high = 45 / 75, 15 / 45
    assert found["roc_auc"]["value"] == pytest.approx(
        left_high * (1 - stayed_high) + 0.5 * (left_high * stayed_high + (1 - left_high) * (1 - stayed_high))
    )
    assert found["by_version"][0]["brier"] == found["brier"]


async def test_a_customer_who_was_scored_often_counts_once_in_all(api, known):
    for version, days_ago in ((1, 100), (1, 60), (2, 40), (2, 40)):
        await score(known.ledger, "a", 0.5, 80.0, at=NOW - days_ago * DAY, version=version)
    await left(known.ledger, "a", churned=False, days_ago=5)
    found = await told(api, "/monitoring/performance?window_days=10")
    assert (found["customers"], found["mature"], found["labelled"]) == (1, 1, 1)
    assert [(one["model_version"], one["labelled"]) for one in found["by_version"]] == [(1, 1), (2, 1)]
    assert len(found["by_window"]) == 3


async def test_performance_of_nobody_is_told(api):
    found = await told(api, "/monitoring/performance")
    assert (found["customers"], found["coverage"], found["by_version"], found["by_window"]) == (0, None, [], [])
