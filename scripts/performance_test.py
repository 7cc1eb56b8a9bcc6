"""How many answers a second does a running service give, and how soon? Everything has purpose test."""

import typer

from churn.entrance import run
from churn.services.checks.service import Key, Url, address
from churn.services.load.drive import CONNECTIONS, ROWS, SECONDS, Connections, Rows, Seconds, Yes, drive


def main(
    url: Url = None, key: Key = None, connections: Connections = CONNECTIONS, seconds: Seconds = SECONDS,
    rows: Rows = ROWS, yes: Yes = False,
) -> None:  # fmt: skip
    """Load the service at --url; its ledger keeps every answer."""
    typer.echo(drive(address(url), key, connections, seconds, rows, yes).words)


if __name__ == "__main__":
    run(main)
