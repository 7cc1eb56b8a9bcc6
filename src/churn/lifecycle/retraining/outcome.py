"""What came of a retraining, noted in its decision, where there is a ledger to tell it to."""

import asyncio

from churn.lifecycle.decision import kept
from churn.lifecycle.decision.decision import Decision
from churn.settings import Settings
from churn.stores.ledger import database


def note(known: Settings, decision: Decision, at: int, done: str) -> None:
    """Note how it ended; a runner of a forge has no ledger, and its workflow tells it. Raises LedgerError."""
    if has_ledger(known):
        asyncio.run(kept.settle(known, decision, at, done))


def has_ledger(known: Settings) -> bool:
    """Tell whether the ledger that the settings name can be there."""
    file = database.file_of(database.located(known.database_url))
    return file is None or file.exists()
