"""Commands about versions: `churn versions [retire | unretire]`."""

from typing import Annotated

import typer

from churn import settings
from churn.entrance import guarded
from churn.params.register import Register
from churn.params.section import load

Number = Annotated[int, typer.Argument(min=1, help="a version; `churn versions` lists them")]
Why = Annotated[str, typer.Option(help="the reason; it is kept and shown")]

app = typer.Typer(help="List the versions; or retire one.")


@app.callback(invoke_without_command=True)
@guarded
def versions(context: typer.Context) -> None:
    """List the versions, their figures and their verdicts, and which are retired."""
    from churn.lifecycle import tell
    from churn.stores.tracking.registry import Registry

    if context.invoked_subcommand is None:
        typer.echo(tell.tell_versions(Registry(settings.read().store, load(Register).model)))


@app.command()
@guarded
def retire(version: Number, why: Why) -> None:
    """Take a version out of use: it is never again promoted, rolled back to, pinned or served."""
    from churn.lifecycle import retirement

    typer.echo(retirement.retire(settings.read(), load(Register), version, why))


@app.command()
@guarded
def unretire(version: Number, why: Why) -> None:
    """Let a retired version be used again; it moves no alias, and stays on record."""
    from churn.lifecycle import retirement

    typer.echo(retirement.unretire(settings.read(), load(Register), version, why))
