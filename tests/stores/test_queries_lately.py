"""What was asked, refused, raised and served lately, asked of both databases."""

from datetime import UTC, datetime, timedelta

import pytest

import ledgers
from churn.stores.ledger import alerts as raising
from churn.stores.ledger import servings
from churn.stores.ledger.entries import Refusal, Write
from churn.stores.ledger.queries import alerts, arrivals, served
from scored import DAY, NOW, score

TODAY = datetime.fromtimestamp(NOW / 1e6, UTC).date()


@pytest.fixture
async def ledger(url):
    async with ledgers.opened(url) as opened:
        yield opened


async def test_scores_are_told_by_day_and_version_with_their_tenths(ledger):
    start = NOW // DAY * DAY
    for name, probability in (("a", 0.0), ("b", 0.05), ("c", 0.3), ("d", 1.0)):
        await score(ledger, name, probability, 50.0, at=start)
    await score(ledger, "a", 0.5, 50.0, at=start - 1, version=2)
    found = await ledger.read(arrivals.scores, "production", start - DAY)
    assert [(str(one["day"]), one["model_version"], one["scores"]) for one in found] == [
        (str(TODAY - timedelta(days=1)), 2, 1),
        (str(TODAY), 1, 4),
    ]
    assert [found[1][f"t{low}"] for low in range(10)] == [2, 0, 0, 1, 0, 0, 0, 0, 0, 1]
    assert found[1]["mean"] == pytest.approx(1.35 / 4)


async def test_refused_cells_are_counted_by_column_and_reason(ledger):
    await ledger.put(Write(None, (Refusal("tenure", "is missing", 2), Refusal("gender", "is blank", 9))))
    await ledger.put(Write(None, (Refusal("tenure", "is missing", 3),)))
    found = await ledger.read(arrivals.refused, 0)
    assert [(one["column"], one["reason"], one["count"]) for one in found] == [
        ("gender", "is blank", 9), ("tenure", "is missing", 5),
    ]  # fmt: skip


async def test_open_alerts_come_first_and_old_ones_are_left_out(ledger):
    for kind, at, resolved in (("old", 10, 20), ("closed", NOW - DAY, NOW), ("open", 5, None)):
        await ledger.do(lambda connection, kind=kind, at=at: raising.raise_(connection, kind, "words", at))
        if resolved:
            await ledger.do(lambda connection, kind=kind, at=resolved: raising.resolve(connection, kind, at))
    found = await ledger.read(alerts.alerts, NOW - 10 * DAY, 50, 0)
    assert [one["kind"] for one in found["alerts"]] == ["open", "closed"]
    assert (found["total"], found["open"]) == (2, 1)


async def test_what_hosts_served_at_a_moment_is_their_last_event_until_then(ledger):
    for at, host, version in ((10, "a", 1), (20, "b", 1), (30, "a", 2)):
        said = (at, host, version, "d", "why", "who")
        await ledger.do(lambda connection, said=said: servings.served(connection, *said))
    found = await ledger.read(served.at, 25)
    assert [(one["host"], one["version"]) for one in found] == [("a", 1), ("b", 1)]
    events = await ledger.read(served.events, 2, 0)
    assert [one["at"] for one in events["events"]] == [30, 20]
    assert events["total"] == 3
