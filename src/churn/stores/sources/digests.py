"""The seal of a source."""

from pathlib import Path

from churn.errors import SourceError
from churn.stores import files


def check(path: Path, sha256: str, remedy: str) -> None:
    """Refuse a file whose digest (sha256, hexadecimal) is another; `remedy` says what to do then."""
    found = files.digest(path)
    if found != sha256:
        raise SourceError(f"its sha256 is {found}, expected {sha256}; {remedy}")
