"""Commands about new models: `churn export | retrain | decisions`."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from churn import settings
from churn.commands.moment import moment
from churn.entrance import guarded
from churn.errors import ChurnError, GaveWay, NothingNew
from churn.params.campaign import Campaign
from churn.params.monitor import Monitor
from churn.params.retrain import Retrain
from churn.params.section import load

Local = Annotated[bool, typer.Option("--local", help="keep it in this clone: nothing is pushed, no remote is needed")]
Again = Annotated[bool, typer.Option("--again", help="write windows anew that are exported already: labels come late")]
Now = Annotated[datetime | None, typer.Option(help="in simulation mode: the time that it is taken to be")]
Why = Annotated[str | None, typer.Option(help="the reason, where a person asks; without, what monitoring decided last")]
Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="a day of the window")]
Reason = Annotated[str, typer.Option("--why", help="the reason; it is kept")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="how many, the newest first")]

ALL = 1000
"""Decisions that are read: whether a window is still set aside, all of them tell."""

app = typer.Typer()


@app.command()
@guarded
def export(local: Local = False, again: Again = False, now: Now = None) -> None:
    """Write the ledger's mature windows as labelled batches, and hand them over on branch data/<window>."""
    from churn.lifecycle.retraining.exporting import exporting

    known, remote = settings.read(), None if local else load(Retrain).remote
    for line in exporting(known, load(Campaign), load(Monitor), moment(known, now), remote, again=again):
        typer.echo(line)


@app.command()
@guarded
def retrain(local: Local = False, why: Why = None, now: Now = None) -> None:
    """Train a challenger in a clone of its own, and hand it over on branch retrain/<digest>; promote nobody."""
    from churn.lifecycle.alerting.around import alarmed
    from churn.lifecycle.retraining.retrain import retrain as run

    known, knobs = settings.read(), load(Retrain)
    at = moment(known, now)
    with alarmed(known, at, _alert, over=("retrain_failed", "retrain_lost", "retrain_due")):
        typer.echo(run(known, knobs, Path(), None if local else knobs.remote, why, at))


@app.command()
@guarded
def decisions(limit: Limit = 20) -> None:
    """Tell what monitoring decided, and what came of it."""
    from churn.lifecycle.decision import kept, spelt

    found = asyncio.run(kept.recent(settings.read(), ALL))
    typer.echo(spelt.table(found, limit, moment(settings.read(), None)))


@app.command()
@guarded
def release(day: Day, why: Reason, now: Now = None) -> None:
    """Let a window that was set aside be learnt from after all: its data or labels were mended, or are right."""
    from churn.lifecycle.decision import kept, spelt

    known = settings.read()
    span = asyncio.run(kept.release(known, day.date(), why, moment(known, now)))
    typer.echo(f"{spelt.spelt(span)} is set aside no longer; `churn export` writes it once its outcomes are due")


def _alert(fault: ChurnError) -> str | None:
    """Name the alert that a retraining which came to nothing is; that nothing was asked for, or is new, is none."""
    if isinstance(fault, NothingNew):
        return None
    return "retrain_lost" if isinstance(fault, GaveWay) else "retrain_failed"
