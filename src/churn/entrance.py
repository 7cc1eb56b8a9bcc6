"""How every entrance begins and ends: arguments in, plain sentences out, no traceback for what a person can mend."""

import errno
import functools
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Annotated, NoReturn

import typer

from churn.errors import ChurnError, Interrupted

Named = Annotated[Path, typer.Option()]
"""A path that the command line gives by name: `--train data/prepared/train.parquet`."""

STOPPED = "interrupted; nothing half-written remains, run the same command again"
ADVICE = {
    errno.ENOSPC: "the disk is full; free some space and run again",
    errno.EDQUOT: "the disk quota is used up; free some space and run again",
    errno.EFBIG: "the file is larger than this account may write; raise the limit and run again",
    errno.EACCES: "this account may not touch it; check owner and mode",
    errno.EROFS: "the file system is read-only; mount it writable",
    errno.ENOENT: "it does not exist; `dvc repro` makes what is missing",
}


def run(main: Callable[..., None]) -> None:
    """Call `main` with the arguments of the command line, and leave the process with its exit code."""
    start_logging()
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(guarded(main))
    app()


def interrupted_early(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    """Say ctrl-C in words also while modules are still being imported; leave other faults their traceback."""
    if issubclass(kind, KeyboardInterrupt):
        sys.stderr.write(f"error: {STOPPED}\n")
    else:
        sys.__excepthook__(kind, fault, trace)


def start_logging() -> None:
    """Print the project's own lines as they are, and other libraries' only from warnings up."""
    logging.basicConfig(format="%(message)s", level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("churn").setLevel(logging.INFO)


def guarded(main: Callable[..., None]) -> Callable[..., None]:
    """Wrap `main` so that a fault a person can mend ends in one message and a non-zero exit."""

    @functools.wraps(main)
    def call(*args: object, **options: object) -> None:
        with plain_errors():
            main(*args, **options)

    return call


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn what a person can mend into a message and an exit code; let a bug keep its traceback."""
    try:
        yield
    except ChurnError as fault:
        _leave(fault)
    except KeyboardInterrupt:
        _leave(Interrupted(STOPPED))
    except OSError as fault:
        if fault.errno is None:
            raise
        _leave(ChurnError(f"{fault.filename or 'a file'}: {ADVICE.get(fault.errno, fault.strerror)}"))


def _leave(fault: ChurnError) -> NoReturn:
    logging.getLogger("churn").error("error: %s", fault)
    raise typer.Exit(fault.exit_code) from fault


sys.excepthook = interrupted_early  # as soon as an entrance is there: the libraries behind it take seconds to import
