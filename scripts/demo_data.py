"""Build the demo: weeks of a made-up market through a running API, in .churn/demo; all of it is simulated."""

import logging
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from churn.entrance import run
from churn.progress import watched
from churn.services.demo import build, place

Weeks = Annotated[int, typer.Option(min=build.LEAST_WEEKS, max=build.MOST_WEEKS, help="they end today")]
Customers = Annotated[int, typer.Option(min=build.LEAST_CUSTOMERS, help="of the raw table, chosen by chance")]
Seed = Annotated[int, typer.Option(min=build.LEAST_SEED, help="the same seed gives the same market")]
Into = Annotated[Path, typer.Option(help="the folder of demos")]


def main(
    weeks: Weeks = build.WEEKS, customers: Customers = build.CUSTOMERS, seed: Seed = build.SEED, into: Into = place.ROOT
) -> None:
    """Build the demo."""
    build.build(weeks, customers, seed, into, watch=partial(watched, log=logging.getLogger("churn.demo")))


if __name__ == "__main__":
    run(main)
