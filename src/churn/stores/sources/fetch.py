"""The raw table, from whichever source params.yaml names."""

from pathlib import Path

from churn.errors import ParamsError
from churn.params.ingest import Ingest
from churn.stores.sources import builtin, user_table


def fetch(ingest: Ingest, path: Path) -> str:
    """Write the raw table to `path`, whole or not at all, and name the source it came from.

    Raises SourceError where no source gives it, TableError where a user's own file is not a table.
    """
    if ingest.uri is not None:
        return user_table.fetch(ingest, ingest.uri, path)
    for key in ("query", "sha256"):
        if getattr(ingest, key) is not None:
            raise ParamsError(
                f"ingest.{key} belongs to a table of your own: set ingest.uri too, or ingest.{key} to null"
            )
    return builtin.fetch(ingest.sources, ingest.timeout_seconds, path)
