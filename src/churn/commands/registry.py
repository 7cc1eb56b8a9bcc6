"""Commands about versions: `churn promote | rollback | history | versions | refresh`."""

from datetime import datetime
from typing import Annotated

import typer

from churn import settings
from churn.entrance import guarded
from churn.params.register import Register
from churn.params.section import load

Why = Annotated[str, typer.Option(help="the reason, kept in the promotion record")]
Again = Annotated[bool, typer.Option("--again", help="also if it was champion before and was rolled back")]
At = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="only what held on this day, UTC")]

app = typer.Typer()


@app.command()
@guarded
def promote(why: Why = "the gate said pass", again: Again = False) -> None:
    """Make the challenger the champion, if the gate said pass."""
    from churn.lifecycle import promotion

    known = settings.read()
    typer.echo(promotion.promote(known, load(Register), promotion.Author(known.who, why), again))


@app.command()
@guarded
def rollback(why: Why = "rolled back by hand") -> None:
    """Give the alias back to the champion before this one."""
    from churn.lifecycle import promotion

    known = settings.read()
    typer.echo(promotion.rollback(known, load(Register), promotion.Author(known.who, why)))


@app.command()
@guarded
def history(at: At = None) -> None:
    """Tell what was in production when, and whether the records hold together."""
    from churn.lifecycle import promotion, tell
    from churn.lifecycle.registration import CHAMPION
    from churn.stores.tracking.registry import Registry

    known, model = settings.read(), load(Register)
    told = promotion.history(known, model)
    champion = Registry(known.store, model.model).aliases().get(CHAMPION)
    typer.echo(tell.tell_history(told, champion, at.date().isoformat() if at else None))
    tell.refuse_broken(told)


@app.command()
@guarded
def versions() -> None:
    """List the versions, their figures and their verdicts."""
    from churn.lifecycle import tell
    from churn.stores.tracking.registry import Registry

    typer.echo(tell.tell_versions(Registry(settings.read().store, load(Register).model)))


@app.command()
@guarded
def refresh() -> None:
    """Fetch the raw table anew, tell whether it changed, and run what follows from it."""
    from churn.lifecycle import refresh as fetching

    typer.echo(fetching.refresh())
    fetching.repro()
