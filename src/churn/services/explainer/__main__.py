"""The explainer: `python -m churn.services.explainer`, behind the socket that CHURN_EXPLAINER names, or `pipe`."""

import logging
import sys
from pathlib import Path

from churn import settings
from churn.errors import ChurnError, SettingsError
from churn.services.explainer import door
from churn.services.explainer.talk import talk
from churn.services.explainer.way import VARIABLE

PIPE = "pipe"
"""What a worker says that starts an explainer of its own; it ends when the worker does."""

log = logging.getLogger("churn.explainer")


def main() -> None:
    """Answer the worker behind the pipe, or whoever comes to the socket."""
    if sys.argv[1:] == [PIPE]:
        answers, sys.stdout = sys.stdout.buffer, sys.stderr  # a library that prints must not garble the answers
        talk(sys.stdin.buffer, answers)
        return
    logging.basicConfig(format="%(message)s", level=logging.INFO, stream=sys.stderr)
    try:
        serve(settings.variable(VARIABLE))
    except ChurnError as fault:
        sys.exit(f"error: {fault}")


def serve(place: str | None) -> None:
    """Answer at the socket. Raises SettingsError where none can be."""
    if not place:
        raise SettingsError(f"{VARIABLE} names no socket; say where to listen, for example /tmp/explainer.sock")
    log.info("explaining trees on %s", place)
    door.serve(Path(place))


if __name__ == "__main__":
    main()
