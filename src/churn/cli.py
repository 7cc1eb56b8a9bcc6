"""What a person types: `churn COMMAND`; see churn/commands."""

import typer

from churn.commands import brief, evidence, files, keys, ledger, registry, service, versions
from churn.entrance import start_logging

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
for one in (registry, service, ledger, files, brief, evidence):
    app.add_typer(one.app)
app.add_typer(keys.app, name="keys")
app.add_typer(versions.app, name="versions")


def main() -> None:
    """Run the command line."""
    start_logging()
    app()


if __name__ == "__main__":
    main()
