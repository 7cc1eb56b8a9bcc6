"""Commands about alerts: `churn alerts [ack | resolve | send | test]`."""

from datetime import datetime
from typing import Annotated

import typer

from churn import settings
from churn.commands.moment import moment
from churn.entrance import guarded
from churn.params.alerts import Alerts
from churn.params.section import load

Which = Annotated[str, typer.Argument(help="the kind of the alert, or its id")]
Note = Annotated[str | None, typer.Option(help="what is kept beside the alert, for those who come after")]
Days = Annotated[int, typer.Option(min=0, max=3650, help="also what was resolved in so many days")]
Now = Annotated[datetime | None, typer.Option(help="another time than now (ISO, UTC); in simulation only")]

app = typer.Typer(help="List, acknowledge, close, send and try alerts.")


@app.callback(invoke_without_command=True)
@guarded
def alerts(context: typer.Context, days: Days = 0, now: Now = None) -> None:
    """List the alerts that are not resolved, the newest first."""
    from churn.lifecycle.alerting import desk

    if context.invoked_subcommand is None:
        known = settings.read()
        typer.echo(desk.table(desk.listed(known, moment(known, now), days)))


@app.command()
@guarded
def ack(which: Which, note: Note = None, now: Now = None) -> None:
    """Say that you look after an alert: it is no longer sent again and again."""
    from churn.lifecycle.alerting import desk

    known = settings.read()
    taken = desk.take(known, which, moment(known, now), note)
    typer.echo(f"{taken['kind']}: {taken['acknowledged_by']} looks after it")


@app.command()
@guarded
def resolve(which: Which, note: Note = None, now: Now = None) -> None:
    """Close an alert by hand; what raised it raises it anew if it still holds."""
    from churn.lifecycle.alerting import desk

    known = settings.read()
    closed = desk.close(known, which, moment(known, now), note)
    typer.echo(f"{closed['kind']}: closed by {closed['resolved_by'] or 'unknown'}")


@app.command()
@guarded
def send(now: Now = None) -> None:
    """Send what is owed now, without waiting for sync or monitor."""
    from churn.lifecycle.alerting import delivery, desk

    known = settings.read()
    sent = delivery.deliver(known, load(Alerts), moment(known, now))
    lines = [f"{one.channel}: {one.kind}, {one.event}: {one.fault or one.state}" for one in sent]
    typer.echo("\n".join(lines) or desk.unsent(known))


@app.command()
@guarded
def test() -> None:
    """Send a test alert through every channel that is set up."""
    from churn.services.checks import alerting, check

    found = check.attempt(alerting.checks(settings.read(), load(Alerts)))
    typer.echo(check.table(found))
    check.settle(found)
