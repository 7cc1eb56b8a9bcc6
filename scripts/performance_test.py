"""How many answers a second does a running service give, and how soon? Everything has purpose test."""

from typing import Annotated

import typer

from churn.entrance import run
from churn.services.checks.service import Key, Url, address
from churn.services.load.drive import drive

Many = Annotated[int, typer.Option(min=1, max=10_000)]
Seconds = Annotated[float, typer.Option(min=0.1)]
Yes = Annotated[bool, typer.Option("--yes", help="load another machine than this")]


def main(
    url: Url = None, key: Key = None, connections: Many = 8, seconds: Seconds = 10, rows: Many = 1, yes: Yes = False
) -> None:
    """Load the service at --url; its ledger keeps every answer."""
    typer.echo(drive(address(url), key, connections, seconds, rows, yes).words)


if __name__ == "__main__":
    run(main)
