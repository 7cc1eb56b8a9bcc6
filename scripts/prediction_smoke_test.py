"""Does a running service answer, and sensibly? Exit code 0 if it does."""

import typer

from churn.entrance import run
from churn.services.checks import check, smoke
from churn.services.checks.service import Key, Url, client


def main(url: Url = None, key: Key = None) -> None:
    """Try the service at --url: alive, ready, one prediction and its replay, one refusal."""
    with client(url, key) as service:
        found = check.attempt(smoke.checks(service))
    typer.echo(check.table(found))
    check.settle(found)


if __name__ == "__main__":
    run(main)
