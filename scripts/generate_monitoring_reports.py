"""What monitoring reads of the newest window, as pages: reports/monitoring, and beside the champion in MLflow."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from churn import settings
from churn.commands.moment import moment
from churn.entrance import run

Out = Annotated[Path, typer.Option(help="the folder in which each window gets one of its own")]
Now = Annotated[datetime | None, typer.Option(help="another time than now (ISO, UTC); in simulation only")]


def main(out: Out = Path("reports/monitoring"), now: Now = None) -> None:
    """Write the pages."""
    from churn.lifecycle.monitoring.reporting import report

    known = settings.read()
    for line in report(known, out, moment(known, now)):
        typer.echo(line)


if __name__ == "__main__":
    run(main)
