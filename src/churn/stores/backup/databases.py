"""Databases in a backup: SQLite by its online copy, PostgreSQL by pg_dump; a restored one was not there before."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from churn.errors import ChurnError
from churn.stores import files
from churn.stores.backup import postgresql

SQLITE = "sqlite:///"
PRIVATE = 0o600
LOGS = ("-wal", "-journal")
"""Endings of what SQLite lays beside a database; it plays such a log into whatever database stands there next."""


class BackupError(ChurnError):
    """Say what cannot be backed up or restored, and what to do."""


def file_of(address: str) -> Path | None:
    """Name the file of an embedded database; None for a PostgreSQL. Raises BackupError for anything else."""
    if address.startswith(SQLITE):
        return Path(address.removeprefix(SQLITE)).absolute()
    if postgresql.is_address(address):
        return None
    raise BackupError(
        f"{postgresql.without_password(address)} is no database; name the one behind it: "
        "sqlite:///path or postgresql://host/name"
    )


def dump(address: str, copy: Path) -> None:
    """Copy a database as it stands at one moment, whoever writes to it meanwhile. Raises BackupError."""
    file = file_of(address)
    if file is None:
        postgresql.dump(address, copy)
        return
    if not file.exists():
        raise BackupError(f"{file}: there is no database to back up; run this in the project's top folder")
    with _damage(file), closing(_reading(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, no log beside it
        _refuse_torn(target)


def load(copy: Path, address: str, change: Callable[[Path], None] | None = None) -> None:
    """Bring a copy back to where no database is, whole or not at all. Raises BackupError.

    `change` is made to an embedded database before it takes its name.
    """
    vacant(address)
    file = file_of(address)
    if file is None:
        postgresql.load(copy, address)
        return
    with files.aside(file) as draft:
        draft.touch(PRIVATE)
        shutil.copyfile(copy, draft)
        with _damage(copy), closing(sqlite3.connect(draft)) as made:
            _refuse_torn(made)
        if change is not None:
            change(draft)


def vacant(address: str) -> None:
    """Refuse to write over a database that is there; pg_restore looks for itself. Raises BackupError."""
    file = file_of(address)
    if file is None:
        return
    for left in (file, *(file.with_name(f"{file.name}{ending}") for ending in LOGS)):
        if left.exists():
            raise BackupError(f"{left} is there already; stop what uses it, move it away, and restore again")


def _reading(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True, timeout=30)


def _refuse_torn(connection: sqlite3.Connection) -> None:
    (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if said != "ok":
        raise sqlite3.DatabaseError(said)


@contextmanager
def _damage(file: Path) -> Iterator[None]:
    """Turn SQLite's faults into BackupError."""
    try:
        yield
    except sqlite3.Error as fault:
        raise BackupError(f"{file}: the database is damaged ({fault}); an older backup may be whole") from fault
