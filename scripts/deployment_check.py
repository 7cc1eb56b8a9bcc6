"""Does the service answer with the champion, and sensibly? If not, the promotion made for --why is rolled back."""

from typing import Annotated

import typer

from churn import settings
from churn.entrance import run
from churn.params.register import Register
from churn.params.section import load
from churn.services.checks import check, deployed
from churn.services.checks.service import Key, Url, client

Why = Annotated[str, typer.Option(envvar="WHY", help="the reason with which the promotion was made")]


def main(seconds: deployed.Seconds, why: Why = "", url: Url = None, key: Key = None) -> None:
    """Validate the deployment."""
    with client(url, key) as service:
        done = deployed.validate(service, settings.read(), load(Register), why, seconds)
    typer.echo(f"{check.table(done.found)}\n{done.words}")
    check.settle(done.found)


if __name__ == "__main__":
    run(main)
