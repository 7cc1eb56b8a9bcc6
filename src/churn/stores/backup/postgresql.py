"""PostgreSQL's own programs: pg_dump sees one moment of a database, pg_restore brings it back in one transaction."""

import os
import subprocess  # nosec B404 PostgreSQL's dumps have no other interface
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from churn.errors import ChurnError

ANYBODY = ("--no-owner", "--no-privileges")
"""What is restored belongs to whoever restores it."""
SECONDS = 3600


class PostgresqlFault(ChurnError):
    """Say what PostgreSQL's program said."""


def is_address(address: str) -> bool:
    """Tell whether an address names a PostgreSQL, whatever driver it asks for."""
    return address.partition(":")[0].partition("+")[0] in {"postgresql", "postgres"}


def dump(address: str, copy: Path) -> None:
    """Write a dump of one moment. Raises PostgresqlFault."""
    _run(address, "pg_dump", "--format=custom", "--lock-wait-timeout=30s", *ANYBODY, f"--file={copy}")


def load(copy: Path, address: str) -> None:
    """Fill an empty database in one transaction; one that holds these tables is left alone. Raises PostgresqlFault."""
    _run(address, "pg_restore", "--single-transaction", "--exit-on-error", *ANYBODY, str(copy))


def without_password(address: str) -> str:
    """Spell an address as it may be shown."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@")))


def _run(address: str, program: str, *words: str) -> None:
    """Run a program on a database; the password goes by the environment, where `ps` shows it to nobody."""
    parts = urlsplit(address)
    plain = without_password(urlunsplit(parts._replace(scheme="postgresql")))
    secret = {"PGPASSWORD": unquote(parts.password)} if parts.password else {}
    try:
        done = subprocess.run(  # noqa: S603 # nosec B603 words are this module's own
            [program, f"--dbname={plain}", *words], env=os.environ | secret, capture_output=True, text=True,
            timeout=SECONDS, check=False,
        )  # fmt: skip
    except FileNotFoundError as fault:
        raise PostgresqlFault(
            f"{program} is not here; install PostgreSQL's client programs, at least as new as the server"
        ) from fault
    if done.returncode:
        raise PostgresqlFault(f"{program} on {plain}: {done.stderr.strip()[:500]}")
