"""Do alerts reach somebody? Sends a test alert through each way out; --install asks first where they shall go."""

from typing import Annotated

import typer

from churn import settings
from churn.commands.ask_alerts import installed
from churn.entrance import run
from churn.params.alerts import Alerts
from churn.params.section import load
from churn.services.checks import alerting, check

Install = Annotated[bool, typer.Option("--install", help="ask where alerts go, and write it into .env")]


def main(install: Install = False) -> None:
    """Set up where alerts go, and try it."""
    installed(install)
    found = check.attempt(alerting.checks(settings.read(), load(Alerts)))
    typer.echo(check.table(found))
    check.settle(found)


if __name__ == "__main__":
    run(main)
