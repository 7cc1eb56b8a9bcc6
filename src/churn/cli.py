"""What a person types: `churn COMMAND`; see churn/commands."""

import typer

from churn.commands import (
    alerts,
    anonymise,
    backup,
    brief,
    doctor,
    evidence,
    experiment,
    files,
    keys,
    ledger,
    monitor,
    registry,
    retraining,
    service,
    versions,
)
from churn.entrance import start_logging

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
for one in (registry, service, ledger, backup, files, brief, evidence, doctor, anonymise, monitor, retraining):
    app.add_typer(one.app)
app.add_typer(alerts.app, name="alerts")
app.add_typer(keys.app, name="keys")
app.add_typer(versions.app, name="versions")
app.add_typer(experiment.app, name="experiment")


def main() -> None:
    """Run the command line."""
    start_logging()
    app()


if __name__ == "__main__":
    main()
