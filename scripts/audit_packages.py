"""Are the packages of requirements.txt known to be unsafe? Exit code 0 only if that was looked up and none is."""

import typer

from churn.entrance import Named, run
from churn.services.checks.packages import audit


def main(requirements: Named) -> None:
    """Audit."""
    typer.echo(audit(requirements))


if __name__ == "__main__":
    run(main)
