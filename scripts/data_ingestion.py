"""Stage ingest: bring the raw table from the first source that has it."""

import logging
from pathlib import Path
from typing import Annotated

import typer

from churn.entrance import run
from churn.params.ingest import Ingest
from churn.params.section import load
from churn.stores.sources.fetch import fetch

log = logging.getLogger("churn.ingest")


def main(out: Annotated[Path, typer.Option(help="where the raw table goes")]) -> None:
    """Bring the raw table."""
    log.info("ingest: looking for the raw table")
    source = fetch(load(Ingest), out)
    log.info("ingest: %s comes from %s", out, source)


if __name__ == "__main__":
    run(main)
