"""The ledger that the settings name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from churn.settings import Settings
from churn.stores.ledger.ledger import Ledger


def of(settings: Settings, *, migrate: bool = False) -> Ledger:
    """Make the ledger, not open yet, with the key of its stored names. Raises LedgerError."""
    secret = settings.id_key.get_secret_value() if settings.id_key else None
    return Ledger(settings.database_url, id_key=secret, queue=settings.queue, migrate=migrate)


@asynccontextmanager
async def opened(settings: Settings, *, migrate: bool = False) -> AsyncIterator[Ledger]:
    """Open the ledger, and close it when that is done. Raises LedgerError."""
    ledger = of(settings, migrate=migrate)
    await ledger.open()
    try:
        yield ledger
    finally:
        await ledger.close()
