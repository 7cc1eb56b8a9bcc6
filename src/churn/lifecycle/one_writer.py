"""One writer of the registry at a time: on this machine, and, where there is a PostgreSQL, on all machines."""

from collections.abc import Iterator
from contextlib import contextmanager

from churn.settings import Settings
from churn.stores import locks
from churn.stores.ledger import advisory
from churn.stores.ledger.advisory import Sure

SECONDS = 120.0


@contextmanager
def one_writer(settings: Settings, seconds: float = SECONDS) -> Iterator[Sure]:
    """Hold all locks while the block runs; gives a function that raises TrackingError if one was lost meanwhile.

    Raises TrackingError when another writer keeps a lock for longer than `seconds`, or PostgreSQL is away.
    """
    address = shared(settings)
    with locks.alone(settings.registry_lock, seconds):
        if address is None:
            yield _nothing_to_lose
        else:
            with advisory.held(address, seconds) as sure:
                yield sure


def shared(settings: Settings) -> str | None:
    """Name the PostgreSQL in which machines meet: the registry's own, or else the ledger's; None where there is none.

    Without one, other machines are kept away by the workflow's concurrency group alone.
    """
    return next((one for one in (settings.store, settings.database_url) if advisory.is_postgresql(one)), None)


def _nothing_to_lose() -> None:
    """Know that a lock of this machine's own goes only with the process."""
