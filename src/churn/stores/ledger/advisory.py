"""A lock that all machines see: PostgreSQL's advisory lock, freed when its connection ends, however it ends."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from churn.errors import TrackingError

if TYPE_CHECKING:
    import psycopg

NUMBER = 7_043_2655
"""PostgreSQL's number for this lock; the ledger's migrations have the one before."""
PAUSE = 0.1
PATIENCE: dict[str, Any] = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5}
AWAY = (
    "the lock that all machines share cannot be had, PostgreSQL does not answer ({fault}); bring it back, or, if you "
    "are sure that no other machine changes the registry, name a ledger on this disk for this one command: "
    "CHURN_DATABASE_URL=sqlite:///.churn/ledger.db"
)
BUSY = "another machine has been changing the registry for {seconds:g} s; run again later, `churn history` tells who"
LOST = "the lock that all machines share was lost on the way ({fault}); nothing more was changed, run again"

Sure = Callable[[], None]


@contextmanager
def held(address: str, seconds: float = 120.0) -> Iterator[Sure]:
    """Hold the lock while the block runs; gives a function that raises TrackingError once the lock was lost.

    Raises TrackingError when PostgreSQL is away, or another process keeps the lock for longer than `seconds`.
    """
    import psycopg

    try:
        connection = psycopg.connect(_plain(address), autocommit=True, application_name="churn registry", **PATIENCE)
    except psycopg.Error as fault:
        raise TrackingError(AWAY.format(fault=_said(fault))) from fault
    with connection:
        _wait(connection, time.monotonic() + seconds, seconds)
        yield lambda: _sure(connection)


def is_postgresql(address: str) -> bool:
    """Tell whether an address names a PostgreSQL, whatever driver it asks for."""
    return address.partition(":")[0].partition("+")[0] in {"postgresql", "postgres"}


def _wait(connection: "psycopg.Connection[Any]", until: float, seconds: float) -> None:
    import psycopg

    try:
        while connection.execute("SELECT pg_try_advisory_lock(%s)", (NUMBER,)).fetchone() != (True,):
            if time.monotonic() > until:
                raise TrackingError(BUSY.format(seconds=seconds))
            time.sleep(PAUSE)
    except psycopg.Error as fault:
        raise TrackingError(AWAY.format(fault=_said(fault))) from fault


def _sure(connection: "psycopg.Connection[Any]") -> None:
    import psycopg

    try:
        connection.execute("SELECT 1")
    except psycopg.Error as fault:
        raise TrackingError(LOST.format(fault=_said(fault))) from fault


def _plain(address: str) -> str:
    """Leave out the driver, which is SQLAlchemy's word."""
    scheme, _, rest = address.partition(":")
    return f"{scheme.partition('+')[0]}:{rest}"


def _said(fault: Exception) -> str:
    lines = str(fault).strip().splitlines()
    return lines[0][:200] if lines else type(fault).__name__
