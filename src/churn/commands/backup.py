"""Commands about backups: `churn backup | restore`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from churn import settings
from churn.entrance import guarded
from churn.params.register import Register
from churn.params.section import load

Folder = Annotated[Path, typer.Argument(help="the backup's folder; it holds customers, so keep it encrypted")]
Behind = Annotated[
    str | None,
    typer.Option(envvar="MLFLOW_BACKEND_STORE_URI", help="the database behind an MLflow server [that of the settings]"),
]
Models = Annotated[
    str | None,
    typer.Option(envvar="MLFLOW_ARTIFACTS_DESTINATION", help="where MLflow keeps files [mlruns beside its database]"),
]


class Part(StrEnum):
    """What can be restored alone."""

    LEDGER = "ledger"
    REGISTRY = "registry"


Only = Annotated[Part | None, typer.Option(help="restore this alone; the other one is well")]
Check = Annotated[bool, typer.Option("--check", help="look the backup through, and restore nothing")]

app = typer.Typer()


@app.command()
@guarded
def backup(folder: Folder, registry: Behind = None, artifacts: Models = None) -> None:
    """Copy ledger, registry and models into a folder, while the service runs."""
    from churn.lifecycle import backup

    known = settings.read()
    told = backup.back_up(known, load(Register).model, folder, backup.places(known, registry, artifacts))
    typer.echo(f"{folder}: {len(told.files)} files, {len(told.versions)} version(s), as of {told.made_at}")


@app.command()
@guarded
def restore(
    folder: Folder, only: Only = None, check: Check = False, registry: Behind = None, artifacts: Models = None
) -> None:
    """Bring a backup back to where nothing is, once all of it was found to be as it was written."""
    from churn.lifecycle import backup
    from churn.stores.backup import contents

    if check:
        told = contents.verified(folder)
        typer.echo(f"{folder} is whole: {len(told.files)} files, as of {told.made_at} by {told.made_by}")
        return
    known = settings.read()
    of = backup.places(known, registry, artifacts)
    typer.echo(f"restored {backup.restore(known, load(Register).model, folder, of, [only] if only else list(Part))}")
