"""Work that is an alert when it fails, and the end of one when it does not; a machine without a ledger has none."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from churn.errors import ChurnError
from churn.lifecycle.alerting import raised
from churn.settings import Settings
from churn.stores.ledger import database
from churn.stores.ledger.opened import opened

log = logging.getLogger("churn.alerts")


@contextmanager
def alarmed(
    known: Settings, now: int, kind: Callable[[ChurnError], str | None], over: tuple[str, ...] = ()
) -> Iterator[None]:
    """Raise the alert that a fault of the block is, if it is one; resolve those in `over` where the block ends well.

    What the block raises is raised on. A ledger that is away is said in the log, and changes nothing else.
    """
    try:
        yield
    except ChurnError as fault:
        if (name := kind(fault)) is not None:
            words = str(fault)
            _note(known, lambda one: raised.raise_(one, name, words, now, purpose=known.purpose))
        raise
    _note(known, lambda one: [raised.resolve(one, name, now, purpose=known.purpose, by=known.who) for name in over])


def _note(known: Settings, deed: Callable[[Any], Any]) -> None:
    try:
        file = database.file_of(database.located(known.database_url))
        if file is None or file.exists():
            asyncio.run(_do(known, deed))
    except ChurnError as away:
        log.warning("the alert about this could not be kept: %s", away)


async def _do(known: Settings, deed: Callable[[Any], Any]) -> None:
    async with opened(known) as ledger:
        await ledger.do(deed)
