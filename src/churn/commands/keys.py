"""Commands about who may ask: `churn keys add | list | revoke`."""

from typing import Annotated

import typer

from churn import settings
from churn.entrance import guarded

Name = Annotated[str, typer.Argument(help="whose key it is, as logs will show it")]
Scopes = Annotated[list[str], typer.Option("--scope", help="predict, feedback or admin; may be given several times")]
Rate = Annotated[float, typer.Option(help="requests a second")]

app = typer.Typer(no_args_is_help=True, help="Make, list and revoke API keys.")


@app.command()
@guarded
def add(name: Name, scope: Scopes, rate: Rate = 500.0) -> None:
    """Make a key and show it, the only time."""
    from churn.services.api import keys

    typer.echo(keys.add(settings.read().keys_file, name, scope, rate))


@app.command(name="list")
@guarded
def list_() -> None:
    """List the keys: names, scopes, rates."""
    from churn.services.api import keys

    path = settings.read().keys_file
    lines = [f"{one['name']:<40} {' '.join(one['scopes']):<24} {one['rate']:g}/s" for one in keys.names(path)]
    nobody = "no key: nobody may ask" if path.exists() else "no keys; the API is open to this machine alone"
    typer.echo("\n".join(lines) or f"{path}: {nobody}")


@app.command()
@guarded
def revoke(name: Name) -> None:
    """Take a key away; workers see it within a second."""
    from churn.services.api import keys

    keys.revoke(settings.read().keys_file, name)
    typer.echo(f"{name} is revoked")
