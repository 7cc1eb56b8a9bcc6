"""What a person types: `churn promote | rollback | history | versions | refresh`."""

from datetime import datetime
from typing import Annotated

import typer

from churn import settings
from churn.entrance import guarded, start_logging
from churn.lifecycle import promotion, tell
from churn.lifecycle import refresh as fetching
from churn.lifecycle.promotion import Author
from churn.params.register import Register
from churn.params.section import load
from churn.stores.tracking.registry import Registry

Why = Annotated[str, typer.Option(help="the reason, kept in the promotion record")]
Again = Annotated[bool, typer.Option("--again", help="also if it was champion before and was rolled back")]
At = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="only what held on this day, UTC")]

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)


def main() -> None:
    """Run the command line."""
    start_logging()
    app()


@app.command()
@guarded
def promote(why: Why = "the gate said pass", again: Again = False) -> None:
    """Make the challenger the champion, if the gate said pass."""
    known = settings.read()
    typer.echo(promotion.promote(known, load(Register), Author(known.who, why), again))


@app.command()
@guarded
def rollback(why: Why = "rolled back by hand") -> None:
    """Give the alias back to the champion before this one."""
    known = settings.read()
    typer.echo(promotion.rollback(known, load(Register), Author(known.who, why)))


@app.command()
@guarded
def history(at: At = None) -> None:
    """Tell what was in production when, and whether the records hold together."""
    known, model = settings.read(), load(Register)
    told = promotion.history(known, model)
    champion = Registry(known.store, model.model).aliases().get("champion")
    typer.echo(tell.tell_history(told, champion, at.date().isoformat() if at else None))
    tell.refuse_broken(told)


@app.command()
@guarded
def versions() -> None:
    """List the versions, their figures and their verdicts."""
    typer.echo(tell.tell_versions(Registry(settings.read().store, load(Register).model)))


@app.command()
@guarded
def refresh() -> None:
    """Fetch the raw table anew, tell whether it changed, and run what follows from it."""
    typer.echo(fetching.refresh())
    fetching.repro()
