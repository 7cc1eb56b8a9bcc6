"""A command about the model in service: `churn monitor`."""

from datetime import datetime
from typing import Annotated

import typer

from churn import settings
from churn.commands.moment import moment
from churn.entrance import guarded
from churn.errors import SettingsError

Every = Annotated[float | None, typer.Option(min=1, help="seconds between two turns; without, one turn and the end")]
Now = Annotated[datetime | None, typer.Option(help="another time than now (ISO, UTC); in simulation only")]

app = typer.Typer()


@app.command()
@guarded
def monitor(every: Every = None, now: Now = None) -> None:
    """Judge the newest windows of the model in service, decide what follows, and alert."""
    from churn.lifecycle.monitoring.follow import Follower, told
    from churn.stores.ledger import entries

    known = settings.read()
    follower = Follower(known)
    if every is None:
        told(follower.turn(moment(known, now)))
    elif now is not None:
        raise SettingsError("--now is one moment and --every many: give one of them")
    else:
        follower.follow(every, entries.now)
