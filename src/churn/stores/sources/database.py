"""A table by a SQL query, through whatever SQLAlchemy URL the user gives."""

from pathlib import Path

import pandas as pd
from pandas.errors import DatabaseError

from churn.errors import SourceError
from churn.stores.sources.formats import filled, spell
from churn.stores.sources.placeholders import Filled


def query(uri: Filled, sql: Filled) -> pd.DataFrame:
    """Run the query and give its rows as text cells; SourceError says what the database said, without secrets."""
    _check_file(uri)
    try:
        # Decimals stay as the database spells them, whole numbers whole though some are missing.
        found = pd.read_sql_query(sql.text, uri.text, coerce_float=False, dtype_backend="numpy_nullable")
    except Exception as fault:  # each driver raises errors of its own
        raise SourceError(uri.hide(sql.hide(_reason(fault)))) from fault
    return spell(filled(found, "ingest.query"))


def dialect(uri: str) -> str:
    """Name the kind of database, which is all of its URL that is surely no secret."""
    return uri.partition(":")[0].partition("+")[0]


def _check_file(uri: Filled) -> None:
    """Refuse a SQLite file that does not exist: SQLite would make an empty one."""
    path = uri.text.partition("://")[2].partition("?")[0].removeprefix("/")
    if dialect(uri.text) == "sqlite" and path and "file:" not in path and not Path(path).is_file():
        raise SourceError(f"{uri.hide(path)} does not exist; correct ingest.uri (an absolute path has four slashes)")


def _reason(fault: Exception) -> str:
    if isinstance(fault, ModuleNotFoundError):
        return f"the driver {fault.name!r} is not installed; install it, or name another: dialect+driver://"
    cause = fault.__cause__ if isinstance(fault, DatabaseError) else fault
    told = " ".join(str(getattr(cause, "orig", None) or cause).split())
    return f"the database did not answer the query ({type(cause).__name__}: {told}); check ingest.uri and ingest.query"
