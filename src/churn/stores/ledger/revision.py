"""Whether the database's tables are those that this code knows, and how they become so."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from churn.errors import LedgerError
from churn.stores.ledger import database, faults
from churn.stores.ledger.schema import REVISION

LOCK = 7_043_2654
"""PostgreSQL's number for the lock under which one process at a time migrates."""


def prepare(url: URL, engine: Engine, migrating: bool) -> None:
    """See that the tables are there and that commits will hold; make the tables where that is wished.

    Raises LedgerError.
    """
    try:
        if migrating and found(url) != REVISION:
            migrate(url)
        with engine.connect() as connection:
            database.check_durable(connection)
            _check(_revision(connection))
    except (SQLAlchemyError, OSError) as fault:
        raise LedgerError(f"the ledger cannot be opened: {faults.plain(fault)}") from fault


def found(url: URL) -> str | None:
    """Read at which revision a database stands; None where it holds no ledger."""
    file = database.file_of(url)
    if file is not None and not file.exists():
        return None
    engine = database.reading(url)
    try:
        with engine.connect() as connection:
            return _revision(connection)
    finally:
        engine.dispose()


def migrate(url: str | URL) -> str:
    """Bring a database's tables up to date, one process at a time; give the revision. Raises LedgerError."""
    from alembic import command
    from alembic.config import Config

    address = database.located(url) if isinstance(url, str) else url
    engine = database.writing(address, create=True)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    try:
        with engine.connect() as connection, connection.begin():
            if connection.dialect.name != "sqlite":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            _check(_revision(connection), or_none=True)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except (SQLAlchemyError, OSError) as fault:
        raise LedgerError(f"the ledger cannot be brought up to date: {faults.plain(fault)}") from fault
    return REVISION


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _check(found: str | None, *, or_none: bool = False) -> None:
    if found is None and not or_none:
        raise LedgerError("the database holds no ledger; make it with `churn migrate`")
    if found is not None and found > REVISION:
        raise LedgerError(f"the ledger stands at revision {found}, this code knows {REVISION}; install the newer churn")
    if found is not None and found < REVISION and not or_none:
        raise LedgerError(f"the ledger stands at revision {found}, not {REVISION}; run `churn migrate`")
