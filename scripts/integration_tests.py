"""Do all doors of a running service keep their promises? Exit code 0 if they do; everything has purpose test."""

import typer

from churn.entrance import run
from churn.services.checks import check, doors, promises, smoke
from churn.services.checks.service import Key, Url, client


def main(url: Url = None, key: Key = None) -> None:
    """Try every door of the service at --url."""
    with client(url, key) as service:
        found = check.attempt({**smoke.checks(service), **doors.checks(service), **promises.checks(service)})
    typer.echo(check.table(found))
    check.settle(found)


if __name__ == "__main__":
    run(main)
