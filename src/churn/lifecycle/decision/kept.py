"""Decisions in the ledger: kept, read, and what came of them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from churn.errors import RetrainingError
from churn.lifecycle.decision import ladder, spans
from churn.lifecycle.decision.decision import Decision
from churn.settings import Settings
from churn.stores.ledger import database
from churn.stores.ledger.ledger import Ledger
from churn.stores.ledger.opened import opened
from churn.stores.ledger.watch import decisions

NAMES = ("at", "action", "cause", "words", "evidence", "money", "until", "id", "done_at", "done")


def read(told: Mapping[str, Any]) -> Decision:
    """Read a decision as the ledger keeps it."""
    return Decision(**{name: told[name] for name in NAMES})


def plain(one: Decision) -> dict[str, Any]:
    """Spell a decision as the ledger keeps it."""
    return {name: getattr(one, name) for name in NAMES}


async def past(ledger: Ledger, purpose: str, now: int | None = None) -> list[Decision]:
    """Give the decisions of a purpose up to `now`, the newest first."""
    return [read(one) for one in await ledger.read(decisions.recent, purpose, now)]


def open_(found: Sequence[Decision], now: int) -> Decision | None:
    """Give the newest decision to train a challenger that nobody has done, or None.

    It is asked for until its rest is over, and until a later one is done: where a workflow trains, nobody tells here.
    """
    asked = [one for one in found if one.action in {"retrain", "prepare"}]
    last = max((one.at for one in asked if one.done_at is not None), default=-1)
    wanted = [one for one in asked if one.done_at is None and one.at > last and now <= (one.until or now)]
    return max(wanted, key=lambda one: one.at, default=None)


async def recent(known: Settings, limit: int, now: int | None = None) -> list[Decision]:
    """Give the newest decisions of what these settings are for. Raises LedgerError."""
    database.must_exist(known.database_url)
    async with opened(known) as ledger:
        return (await past(ledger, known.purpose, now))[:limit]


async def settle(known: Settings, decision: Decision, at: int, done: str) -> bool:
    """Note what came of a decision; one that is not in the ledger yet is added. Tell whether nobody did so before."""
    async with opened(known) as ledger:
        if decision.id:
            return await ledger.do(lambda connection: decisions.finish(connection, decision.id, at, done)) is True
        told = plain(decision) | {"done_at": at, "done": done}
        await ledger.do(lambda connection: decisions.add(connection, known.purpose, told))
        return True


async def release(known: Settings, day: date, why: str, now: int) -> spans.Span:
    """Take back the window that was set aside and holds a day. Raises LedgerError, RetrainingError."""
    database.must_exist(known.database_url)
    at = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000_000
    async with opened(known) as ledger:
        aside = spans.quarantined(await past(ledger, known.purpose, now))
        held = [one for one in aside if one[0] <= at < one[1]]
        if not held:
            raise RetrainingError(f"no window that holds {day} is set aside; `churn decisions` tells which are")
        told = plain(ladder.release(held[-1], why, now)) | {"done_at": now, "done": f"released by {known.who}"}
        await ledger.do(lambda connection: decisions.add(connection, known.purpose, told))
    return held[-1]
