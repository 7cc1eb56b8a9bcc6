"""What came of a retraining, noted in its decision, where there is a ledger to tell it to."""

import asyncio
import logging

from churn.errors import LedgerError
from churn.lifecycle.decision import kept
from churn.lifecycle.decision.decision import Decision
from churn.settings import Settings
from churn.stores.ledger import database

log = logging.getLogger("churn.retrain")


def note(known: Settings, decision: Decision, at: int, done: str) -> None:
    """Note how it ended; a runner of a forge has no ledger, and its workflow tells it.

    A ledger that went away meanwhile hides neither a branch that was handed over nor why there is none: the decision
    stays open, and the next run finds what this one made.
    """
    if not has_ledger(known):
        return
    try:
        asyncio.run(kept.settle(known, decision, at, done))
    except LedgerError as away:
        log.warning("what came of the decision could not be noted: %s", away)


def has_ledger(known: Settings) -> bool:
    """Tell whether the ledger that the settings name can be there."""
    file = database.file_of(database.located(known.database_url))
    return file is None or file.exists()
