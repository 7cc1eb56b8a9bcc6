"""What came of a retraining, where there is a ledger to tell it to: in its decision, and as an alert."""

import asyncio
from typing import Any

from churn.lifecycle.alerting import raised
from churn.lifecycle.decision import kept
from churn.lifecycle.decision.decision import Decision
from churn.lifecycle.decision.rests import FAILED
from churn.settings import Settings
from churn.stores.ledger import database
from churn.stores.ledger.opened import opened

DUE, BROKEN, LOST = "retrain_due", "retrain_failed", "retrain_lost"
FIRST = "another retraining was first"
BY = "retrain"


def note(known: Settings, decision: Decision, at: int, done: str) -> None:
    """Note how it ended; a runner of a forge has no ledger, and its workflow tells it. Raises LedgerError."""
    if has_ledger(known):
        asyncio.run(_note(known, decision, at, done))


def gave_way(known: Settings, at: int, words: str) -> None:
    """Note that this one did nothing because another is at it; the decision stays open for that one."""
    if has_ledger(known):
        asyncio.run(_ring(known, at, {LOST: words}, []))


def has_ledger(known: Settings) -> bool:
    """Tell whether the ledger that the settings name can be there."""
    file = database.file_of(database.located(known.database_url))
    return file is None or file.exists()


async def _note(known: Settings, decision: Decision, at: int, done: str) -> None:
    await kept.settle(known, decision, at, done)
    failed = done.startswith(FAILED)
    wrong = {BROKEN: done} if failed else {LOST: done} if done.startswith(FIRST) else {}
    await _ring(known, at, wrong, [] if failed else [DUE, BROKEN])


async def _ring(known: Settings, at: int, wrong: dict[str, str], over: list[str]) -> None:
    def deed(connection: Any) -> None:
        for kind in over:
            raised.resolve(connection, kind, at, purpose=known.purpose, by=BY)
        for kind, words in wrong.items():
            raised.raise_(connection, kind, words, at, purpose=known.purpose)

    async with opened(known) as ledger:
        await ledger.do(deed)
