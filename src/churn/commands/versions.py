"""Commands about versions: `churn versions [compare | search | retire | unretire]`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from churn import settings
from churn.entrance import guarded
from churn.params.register import Register
from churn.params.section import load

Number = Annotated[int, typer.Argument(min=1, help="a version; `churn versions` lists them")]
Why = Annotated[str, typer.Option(help="the reason; it is kept and shown, so there has to be one")]
Html = Annotated[Path | None, typer.Option(help="write a page for people, with curves, to this file")]
Rows = Annotated[Path, typer.Option(help="the prepared test table to measure both on")]
AsJson = Annotated[bool, typer.Option("--json", help="for programs")]
Filter = Annotated[str, typer.Argument(help="""as in: metrics.roc_auc > 0.84 and tags.family = "scorecard" """)]
Tag = Annotated[list[str] | None, typer.Option(help="a tag and its value, family=scorecard; may be given again")]
Metric = Annotated[list[str] | None, typer.Option(help="a metric and its bound, 'roc_auc > 0.84'; may be given again")]
Order = Annotated[str, typer.Option(help="as in: metrics.log_loss asc")]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="show so many at most")]

app = typer.Typer(help="List the versions; or compare, search, retire them.")


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
def compare(
    a: Number, b: Number, html: Html = None, as_json: AsJson = False, test: Rows = Path("data/prepared/test.parquet")
) -> None:
    """Put two versions side by side: what was logged, and both measured on rows that neither trained on."""
    from churn.lifecycle.side_by_side import measured, page, words
    from churn.lifecycle.side_by_side.compare import compare as side_by_side
    from churn.stores import files

    found = side_by_side(settings.read(), measured.knobs(), a, b, test)
    if html:
        files.write_bytes(page.page(found), html)
    typer.echo(json.dumps(found.plain(), indent=2, allow_nan=False) if as_json else words.tell(found))


@app.command()
@guarded
def search(
    asked: Filter = "", tag: Tag = None, metric: Metric = None, order_by: Order = "version desc", limit: Limit = 50,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Find versions by their metrics, tags, or marks such as alias, gate and retired; all conditions have to hold."""
    from churn.lifecycle import search as versions
    from churn.lifecycle.question import question
    from churn.stores.tracking.registry import Registry

    wanted = question(asked, tag or [], metric or [], order_by, limit)
    found = versions.search(Registry(settings.read().store, load(Register).model), wanted)
    typer.echo(json.dumps(found.plain(), indent=2, allow_nan=False) if as_json else found.words)


@app.command()
@guarded
def retire(version: Number, why: Why = "") -> None:
    """Take a version out of use: it is never again promoted, rolled back to, pinned or served."""
    from churn.lifecycle import retirement

    typer.echo(retirement.retire(settings.read(), load(Register), version, why))


@app.command()
@guarded
def unretire(version: Number, why: Why = "") -> None:
    """Let a retired version be used again; it moves no alias, and stays on record."""
    from churn.lifecycle import retirement

    typer.echo(retirement.unretire(settings.read(), load(Register), version, why))
