"""Bring a release's images to a cluster; if the service does not answer well with them, what ran before comes back."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from churn.entrance import Named, run
from churn.services.checks import check, smoke
from churn.services.checks.service import Key, Url, client
from churn.services.release import images, rollout

Digests = Annotated[str, typer.Option(envvar="CHURN_DIGESTS", help="what `make publish` said")]
Place = Annotated[str, typer.Option(envvar="CHURN_IMAGES", help="where the images are")]
Seconds = Annotated[float, typer.Option(help="that each deployment may take")]


def main(
    overlay: Named, digests: Digests, seconds: Seconds, place: Place = images.NAMED, url: Url = None, key: Key = None
) -> None:
    """Roll out."""
    objects = images.render(Path(overlay), place, images.read(digests))
    with client(url, key) as service:
        look = partial(check.attempt, smoke.checks(service))
        typer.echo(check.table(rollout.roll_out(objects, look, seconds)))


if __name__ == "__main__":
    run(main)
