"""Who is left out of the call list and why, asked of both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

import ledgers
from churn.services.api.left_out import explained
from churn.stores.ledger import erasure, feedback
from churn.stores.ledger.queries.excluded import Excluded, excluded
from scored import CAMPAIGN, DAY, NOW, contacted, left, score

TODAY = datetime.fromtimestamp(NOW / 1e6, UTC).date()
WANTED = Excluded(
    purpose="production", today=TODAY, rested=NOW - 30 * DAY, tested=NOW - 60 * DAY, campaign=CAMPAIGN, limit=500
)


def day(days_ago):
    return datetime.fromtimestamp((NOW - days_ago * DAY) / 1e6, UTC).date()


@pytest.fixture
async def ledger(url):
    async with ledgers.opened(url) as opened:
        yield opened


async def suppressed(ledger, name, reason, until):
    said = (name, reason, until, NOW, "test")
    await ledger.do(lambda connection: feedback.suppression(connection, *said))


@pytest.fixture
async def crowd(ledger):
    """One of each cause, of several causes, and of none; the later the name the less the worth."""
    names = ("asked", "back", "gone", "held", "mailed", "open", "phoned", "twice")
    for place, name in enumerate(names):
        await score(ledger, name, 0.5, 120.0 - place)
    await score(ledger, "zero", 0.1, 20.0)
    await contacted(ledger, "zero", days_ago=1)
    await suppressed(ledger, "asked", "complaint", date(2190, 5, 1))
    await suppressed(ledger, "asked", "moving", date(2190, 1, 1))
    await suppressed(ledger, "back", "asked", TODAY - timedelta(days=1))
    await left(ledger, "gone", churned=True, days_ago=9)
    await suppressed(ledger, "gone", "complaint", date(2190, 5, 1))
    await contacted(ledger, "held", days_ago=40, held_out=True)
    said = ("mailed", NOW - 3 * DAY, "letter", None, False, None, "test")
    await ledger.do(lambda connection: feedback.contact(connection, *said))
    await contacted(ledger, "phoned", days_ago=2)
    await contacted(ledger, "twice", days_ago=2)
    await contacted(ledger, "twice", days_ago=5, held_out=True)
    return ledger


async def told(ledger, wanted=WANTED):
    found = await ledger.read(excluded, wanted)
    rows = [explained(row, wanted, NOW) for row in found["customers"]]
    return found["total"], {row["customer_id"]: (row["cause"], row["words"], row["until"]) for row in rows}


async def test_each_is_told_with_the_first_cause_that_holds_in_the_words_it_was_told_in(crowd):
    until, held = date(2190, 5, 1), "to measure the effect of calls"
    total, found = await told(crowd)
    assert (total, list(found)) == (6, ["asked", "gone", "held", "mailed", "phoned", "twice"])
    assert found == {
        "asked": ("suppressed", f"complaint, until {until}", until),
        "gone": ("churned", f"left, as told for {day(9)}", None),
        "held": ("contacted", f"held out {day(40)}, {held}", day(-20)),
        "mailed": ("contacted", f"contacted by letter {day(3)}", day(-27)),
        "phoned": ("contacted", f"phoned {day(2)}", day(-28)),
        "twice": ("contacted", f"held out {day(5)}, {held}", day(-55)),
    }


async def test_they_are_filtered_by_cause_and_tier_and_paged(crowd):
    assert (await told(crowd, replace(WANTED, cause="suppressed")))[0] == 1
    assert (await told(crowd, replace(WANTED, tier="high"))) == (0, {})
    assert (await told(crowd, replace(WANTED, tier="medium")))[0] == 6
    pages = [await told(crowd, replace(WANTED, limit=4, offset=start)) for start in (0, 4, 8)]
    assert [list(page) for _, page in pages] == [["asked", "gone", "held", "mailed"], ["phoned", "twice"], []]
    assert {total for total, _ in pages} == {6}


async def test_rest_ends_when_it_was_told_to(crowd):
    total, found = await told(crowd, replace(WANTED, rested=NOW - 2 * DAY, tested=NOW - 4 * DAY, cause="contacted"))
    assert (total, list(found)) == (0, [])


async def test_who_was_erased_or_belongs_to_another_purpose_is_not_told(crowd):
    await erasure.erase(crowd, "asked", NOW, "test")
    assert (await told(crowd, replace(WANTED, cause="suppressed"))) == (0, {})
    assert (await told(crowd, replace(WANTED, purpose="simulated"))) == (0, {})
