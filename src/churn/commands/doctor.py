"""A command about the installation: `churn doctor`."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from churn import settings
from churn.entrance import guarded

AsJson = Annotated[bool, typer.Option("--json", help="for programs")]

app = typer.Typer()


@app.command()
@guarded
def doctor(as_json: AsJson = False) -> None:
    """Look at environment, stores, permissions, aliases, lock, tables and disk; name each fault with its cure."""
    from churn.lifecycle.doctor import examination

    found = []
    for one in examination.examine(settings.read(), datetime.now(UTC)):
        found.append(one)
        if not as_json:
            typer.echo(one.line)
    typer.echo(json.dumps([asdict(one) for one in found], indent=2) if as_json else examination.summary(found))
    raise typer.Exit(0 if examination.well(found) else 1)
