"""A command about approval: `churn evidence`."""

from pathlib import Path
from typing import Annotated

import typer

from churn.entrance import guarded

Reports = Annotated[Path, typer.Option(help="the folder of the reports that the pipeline wrote")]
Out = Annotated[Path | None, typer.Option(help="write it to this file instead of showing it")]
Why = Annotated[str, typer.Option(help="why the model was made, in words; it stands on the card")]

app = typer.Typer()


@app.command()
@guarded
def evidence(reports: Reports = Path("reports"), out: Out = None, why: Why = "") -> None:
    """Show the evidence card of the model last trained: gate, who changes tier, drift and its cause."""
    from churn.lifecycle.evidence import card

    if out:
        card.write(reports, out, why)
    else:
        typer.echo(card.card(reports, why), nl=False)
