"""A command about the week: `churn brief`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from churn import settings
from churn.entrance import guarded

if TYPE_CHECKING:
    from churn.services.client.client import ChurnClient

Out = Annotated[Path, typer.Option("--out", help="the file to write; one that is there is replaced when it is whole")]
Purpose = Annotated[Literal["production", "simulated"], typer.Option(help="whose figures; a demo has simulated ones")]
Calls = Annotated[int, typer.Option(min=1, max=100_000, help="how many calls can be made in a week")]
SECONDS = 30.0

app = typer.Typer()


@app.command()
@guarded
def brief(out: Out = Path("brief.html"), purpose: Purpose = "production", calls: Calls = 100) -> None:
    """Write the week on one page: who is at risk, what calls are worth, and what to decide."""
    from churn.services.brief.facts import gather
    from churn.services.brief.page import page
    from churn.stores import files

    with _client() as client:
        content = page(gather(client, purpose, calls))
    files.write_bytes(content, out)
    typer.echo(f"{out}: the weekly brief, {len(content) / 1e3:,.0f} kB, nothing else is needed to read it")


def _client() -> "ChurnClient":
    from churn.services import address
    from churn.services.client.client import ChurnClient

    url = settings.variable("CHURN_API_URL") or address.of(settings.read())
    return ChurnClient(url, settings.variable("CHURN_API_KEY"), timeout=SECONDS)
