"""Does this run of the workflow retrain? The answer is shown, and appended to the outputs of the step."""

from pathlib import Path
from typing import Annotated

import typer

from churn.entrance import Named, run
from churn.lifecycle.flag import Asked, decided, flag, read, tell

Event = Annotated[str, typer.Option(envvar="GITHUB_EVENT_NAME", help="what started the run")]
ByHand = Annotated[bool, typer.Option(envvar="RETRAIN", help="a person asked for it, whatever drift says")]
Why = Annotated[str, typer.Option(envvar="WHY", help="the person's reason")]
To = Annotated[Path | None, typer.Option(envvar="GITHUB_OUTPUT", help="the file of the step's outputs")]


def main(reading: Named, event: Event = "", by_hand: ByHand = False, why: Why = "", to: To = None) -> None:
    """Judge."""
    found = flag(Asked(event, by_hand, why), read(reading), decided(event))
    tell(found, to)
    typer.echo(found.lines, nl=False)


if __name__ == "__main__":
    run(main)
