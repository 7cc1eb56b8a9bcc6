"""Commands about the champion: `churn promote | rollback | history | repair | refresh`."""

from datetime import datetime
from typing import Annotated

import typer

from churn import settings
from churn.entrance import guarded
from churn.errors import PromotionRefused
from churn.params.register import Register
from churn.params.section import load
from churn.settings import Settings

Why = Annotated[str, typer.Option(help="the reason, kept in the promotion record")]
Approval = Annotated[str | None, typer.Option("--why", help="the reason, kept in the promotion record")]
Automatic = Annotated[
    bool, typer.Option("--automatic", help="only if labels since the promotion show it to be the worse one; else look")
]
Now = Annotated[datetime | None, typer.Option(help="with --automatic, in simulation: the time that it is taken to be")]
Mend = Annotated[str, typer.Option("--why", help="what happened to the records, and who says so; it is kept")]
Refresh = Annotated[
    bool,
    typer.Option("--refresh", help="approve a challenger that is no worse, on newer data; wants --why"),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="tell what would move, and move nothing")]
Again = Annotated[bool, typer.Option("--again", help="also if it was champion before and was rolled back")]
Digest = Annotated[
    str | None,
    typer.Option(help="only the model with this sha256 (model_metadata.json: digest), whatever has the alias"),
]
At = Annotated[str | None, typer.Option(help="only what held then: a day, 2026-05-01, or a time, 2026-05-01T08:00:00Z")]

app = typer.Typer()


@app.command()
@guarded
def promote(
    why: Approval = None, again: Again = False, refresh: Refresh = False, dry_run: DryRun = False, digest: Digest = None
) -> None:
    """Make the challenger the champion, if the gate said pass; tell first who would change tier."""
    from churn.lifecycle import promotion
    from churn.lifecycle.permission import Wish

    if refresh and not (why or "").strip():
        raise PromotionRefused('a refresh wants a person\'s approval: `churn promote --refresh --why "..."`')
    known, wish = settings.read(), Wish(again, refresh, dry_run, digest)
    author = promotion.Author(known.who, why or "the gate said pass")
    typer.echo(promotion.promote(known, load(Register), author, wish, typer.echo))


@app.command()
@guarded
def rollback(why: Why = "rolled back by hand", automatic: Automatic = False, now: Now = None) -> None:
    """Give the alias back to the champion before this one; a sync on this host does it, for it is there at once."""
    known = settings.read()
    if automatic:
        _look_back(known, now)
        return
    from churn.services.sync import nearby

    if (told := nearby.rollback(known, why)) is None:
        from churn.lifecycle import promotion

        told = promotion.rollback(known, load(Register), promotion.Author(known.who, why))
    typer.echo(told)


def _look_back(known: Settings, now: datetime | None) -> None:
    """Roll back if labels show the last promotion to be regretted, and say what they show."""
    from churn.commands.moment import moment
    from churn.lifecycle.regret import look
    from churn.params.experiment import Experiment

    found = look.automatic(known, load(Register), load(Experiment), moment(known, now))
    typer.echo(f"{found.state}: {found.words}")


@app.command()
@guarded
def history(at: At = None) -> None:
    """Tell what was in production when, and whether the records hold together."""
    from churn.lifecycle import promotion, repair, retirement, tell
    from churn.lifecycle.aliases import CHAMPION
    from churn.stores.tracking import repairs, retirements
    from churn.stores.tracking.registry import Registry

    known, model = settings.read(), load(Register)
    told = promotion.history(known, model)
    aliases, tags = Registry(known.store, model.model).marks()
    retired, mended = retirements.read(tags), repairs.read(tags)
    typer.echo(tell.tell_history(told, aliases.get(CHAMPION), at))
    for line in (*retirement.tell(retired), *repair.tell(mended)):
        typer.echo(line)
    tell.refuse_broken(told)
    retired.refuse_broken()
    mended.refuse_broken()
    if not at:
        tell.refuse_moved(told, aliases.get(CHAMPION))


@app.command("repair")
@guarded
def mend(why: Mend = "") -> None:
    """Take broken promotion or retirement records for what they are, so that promotions go on; kept and shown."""
    from churn.lifecycle import promotion, repair

    known = settings.read()
    typer.echo(repair.repair(known, load(Register), promotion.Author(known.who, why), typer.echo))


@app.command()
@guarded
def refresh() -> None:
    """Fetch the raw table anew, tell whether it changed, and run what follows from it."""
    from churn.lifecycle.refetch import refetch, repro

    typer.echo(refetch())
    repro()
