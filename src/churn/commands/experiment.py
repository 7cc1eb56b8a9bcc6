"""Commands about experiments on real customers: `churn experiment start | status | end | stop`."""

import json
from datetime import datetime
from typing import Annotated, Literal

import typer

from churn import settings
from churn.entrance import guarded
from churn.params.experiment import Experiment
from churn.params.register import Register
from churn.params.section import load

Name = Annotated[str, typer.Argument(help="how it is called from now on")]
Mode = Annotated[
    Literal["live", "shadow"],
    typer.Option(help="live: the challenger answers some customers; shadow: it answers nobody, beside the champion"),
]
Challenger = Annotated[int | None, typer.Option(min=1, help="the version to try; without, the one with @challenger")]
Share = Annotated[float | None, typer.Option(min=0.01, max=0.99, help="of customers whom the challenger answers")]
Days = Annotated[int | None, typer.Option(min=1, max=730, help="customers are taken in for so long")]
Why = Annotated[str, typer.Option(help="the reason; it is kept and shown")]
Now = Annotated[datetime | None, typer.Option(help="in simulation mode: the time that it is taken to be")]
AsJson = Annotated[bool, typer.Option("--json", help="for programs")]

UNKNOWN = "nobody knows how large a difference it finds: too few past outcomes are known, or none are of both models"

app = typer.Typer(help="Try a version on real customers: declared before, read once.")


@app.command()
@guarded
def start(
    name: Name, mode: Mode = "shadow", challenger: Challenger = None, share: Share = None, days: Days = None,
    why: Why = "", now: Now = None,
) -> None:  # fmt: skip
    """Declare an experiment, and let it begin."""
    from churn.commands.moment import moment
    from churn.lifecycle.experiment import look
    from churn.lifecycle.experiment.start import Wish
    from churn.lifecycle.experiment.start import start as begin

    known = settings.read()
    wish = Wish(name, mode, why, challenger, share, days)
    begun = begin(known, load(Register), load(Experiment), wish, moment(known, now))
    told = begun.declared
    much = f"{told['detectable'] or 0:,.0f} {told['figure']}"
    found = f"it finds a difference of {much} in 8 of 10 cases" if told["detectable"] else UNKNOWN
    part = f"answers {begun.share:.0%} of customers" if begun.mode == "live" else "answers nobody"
    typer.echo(f"{begun.name}: version {begun.challenger} {part} beside version {begun.champion}, id {begun.id}")
    typer.echo(f"test: {told['test']}; of about {told['expected_customers']:,} customers {found}")
    typer.echo(f"customers until {look.day(begun.ends)}; read once, from {look.day(begun.readable)} on")


@app.command()
@guarded
def status(as_json: AsJson = False, now: Now = None) -> None:
    """Tell whom the running experiment has met, and what earlier ones came to."""
    from churn.commands.moment import moment
    from churn.lifecycle.experiment import close

    known = settings.read()
    found = close.status(known, moment(known, now))
    if as_json:
        typer.echo(json.dumps([close.plain(one) for one in found], indent=2, allow_nan=False))
        return
    for one in found:
        typer.echo(f"{one.of.name} ({one.of.mode}, {one.of.state}): {one.words}")
    if not found:
        typer.echo(close.NONE)


@app.command()
@guarded
def end(now: Now = None) -> None:
    """Read the running experiment, once, and end it with a recommendation."""
    from churn.commands.moment import moment
    from churn.lifecycle.experiment import close

    known = settings.read()
    typer.echo(close.end(known, moment(known, now)))


@app.command()
@guarded
def stop(why: Why = "", now: Now = None) -> None:
    """End the running experiment unread."""
    from churn.commands.moment import moment
    from churn.lifecycle.experiment import close

    known = settings.read()
    typer.echo(close.stop(known, why, moment(known, now)))
