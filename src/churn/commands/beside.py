"""What a stage's script can do besides its stage: `python scripts/register_model.py compare 1 2`."""

import sys
from collections.abc import Callable
from importlib import import_module

from churn.entrance import run, start_logging


def run_or(stage: Callable[..., None], commands: str) -> None:
    """Run the command that the first argument names, of the module `commands`; without one, run the stage.

    The module is named, not imported: what the stage makes does not hang on it.
    """
    if not sys.argv[1:] or sys.argv[1].startswith("-"):
        run(stage)
        return
    start_logging()
    import_module(commands).app()
