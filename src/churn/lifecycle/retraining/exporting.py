"""One export from the ledger to the branch."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from churn.lifecycle.retraining.export import Exported, Order, export
from churn.lifecycle.retraining.publish import publish
from churn.params.campaign import Campaign
from churn.params.monitor import Monitor
from churn.settings import Settings
from churn.stores.clone import Clone
from churn.stores.ledger import database
from churn.stores.ledger.opened import opened


def exporting(
    known: Settings, campaign: Campaign, monitor: Monitor, now: int, remote: str | None, *, again: bool = False
) -> Iterator[str]:
    """Export what is missing, and tell it line by line; first it is asked whether it can be handed over.

    Raises LedgerError, CloneError.
    """
    clone = Clone(Path(), known.who)
    clone.check(remote)
    database.must_exist(known.database_url)
    order = Order(known.purpose, now, monitor.window_days, campaign.horizon_days, monitor.min_known, again)
    found = asyncio.run(_exported(known, order))
    yield from found.said
    if found.labelled or found.current or found.gone:
        yield publish(clone, found, remote)


async def _exported(known: Settings, order: Order) -> Exported:
    async with opened(known) as ledger:
        return await export(ledger, order)
