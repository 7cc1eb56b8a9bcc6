"""What a database says, in plain words."""

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError

WORDS = {
    "database is locked": "another process has held the ledger's file for too long; end it, or use PostgreSQL",
    "database or disk is full": "the disk is full; make room, writing goes on by itself",
    "permission denied": "the ledger's file may not be read or written by this user; correct its owner and permissions",
    "readonly database": "the ledger's file, or its folder, may not be written; correct owner and permissions",
    "unable to open database file": "the ledger's file cannot be opened; put it back, or start the service anew",
    "disk I/O error": "the disk refused to write; look at the disk's health and the file's permissions",
    "no such table": "the database holds no ledger; bring it up to date with `churn migrate`",
    "does not exist": "the database holds no ledger; bring it up to date with `churn migrate`",
    "malformed": "the ledger's file is damaged; restore it from a backup",
    "not a database": "the file is no SQLite database; correct CHURN_DATABASE_URL",
}
AGAIN = {"40001", "40P01"}
"""PostgreSQL's codes for a transaction that lost to another one and may simply be run again."""


def plain(fault: BaseException) -> str:
    """Say what a database said, and what to do where that is known; never a statement or a value."""
    told = _told(fault)
    for part, words in WORDS.items():
        if part in told:
            return f"{words} ({told})"
    return told


def first(fault: BaseException) -> BaseException:
    """Give what went wrong first: SQLite ends a transaction when the disk is full, and then misses its savepoint."""
    found, seen = fault, fault.__context__
    while seen is not None:
        found = seen if isinstance(seen, DBAPIError) else found
        seen = seen.__context__
    return found


def is_lost(fault: BaseException) -> bool:
    """Tell a connection that died from a statement that failed."""
    return isinstance(fault, DBAPIError) and fault.connection_invalidated


def is_again(fault: BaseException) -> bool:
    """Tell a transaction that may simply be run again."""
    return getattr(getattr(fault, "orig", None), "sqlstate", None) in AGAIN


def is_of_database(fault: BaseException) -> bool:
    """Tell a fault of the database, which every write would meet, from a fault of one write."""
    if isinstance(fault, DBAPIError):
        if getattr(fault.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
            return False  # the statement's own fault, which SQLite calls operational
        kinds = (OperationalError, InternalError, InterfaceError)
        return fault.connection_invalidated or isinstance(fault, kinds) or "malformed" in str(fault.orig)
    return isinstance(fault, OSError)


def _told(fault: BaseException) -> str:
    said = str(getattr(fault, "orig", None) or fault) or type(fault).__name__
    first = next((line for line in said.splitlines() if line.strip()), said)
    return " ".join(first.split())[:200]
