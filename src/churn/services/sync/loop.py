"""Sync from its start to its end: one for a host's folder, turn after turn until it is told to stop."""

import fcntl
import logging
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from churn.errors import BundleError
from churn.params.alerts import Alerts
from churn.params.register import Register
from churn.services.sync import answers
from churn.services.sync.bell import Bell
from churn.services.sync.purge import Purge
from churn.services.sync.sync import Sync
from churn.services.sync.trial import Experiments
from churn.settings import Settings
from churn.stores import asks, bundle, notices

STEP = 0.2
"""Asks are looked for so often, in seconds."""
LOCK = ".lock"
ANSWER_SECONDS = 60.0
PATIENCE = "6"

log = logging.getLogger("churn.sync")


def run(settings: Settings, params: Register, knobs: Alerts) -> NoReturn:
    """Follow the registry until a signal ends it; everything it writes is renamed, so any moment will do."""
    signal.signal(signal.SIGTERM, _leave)
    try:
        _follow(settings, params, knobs)
    except SystemExit:
        log.info("sync %d ends", os.getpid())
        raise
    log.info("the registry's file was replaced; sync starts anew")
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  # nosec B606 this process again


def _follow(settings: Settings, params: Register, knobs: Alerts) -> None:
    """Turn after turn, until the registry's file is another."""
    with alone(settings.bundle_dir):
        sync, purge, bell = started(settings, params), Purge(settings), Bell(settings, knobs)
        trials = Experiments(settings)
        while not sync.outdated:
            sync.turn()
            trials.follow(sync.open)
            purge.look()
            bell.look()
            until = time.monotonic() + settings.sync_seconds
            while (left := until - time.monotonic()) > 0:
                answer_all(sync)
                time.sleep(min(STEP, left))


def once(settings: Settings, params: Register) -> str:
    """Follow the registry a single time, answer what was asked, and say how it stands; or have a running sync do it.

    Raises BundleError when the host has no model to serve after it, or not the one it should have.
    """
    with alone(settings.bundle_dir, seconds=0) as mine:
        if mine:
            sync = started(settings, params)
            sync.turn()
            Experiments(settings).follow(sync.open)
            answer_all(sync)
            if not sync.well:
                raise BundleError(sync.words)
            return sync.words
    return request(settings, params, "reload")


def started(settings: Settings, params: Register) -> Sync:
    """Make a sync over a swept folder, one that does not wait long for a registry that hangs."""
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", PATIENCE)
    bundle.sweep(settings.bundle_dir)
    asks.forget(settings.bundle_dir)
    return Sync(settings, params)


def answer_all(sync: Sync) -> None:
    """Answer what was asked; a folder that cannot be written ends nothing."""
    try:
        answers.handle(sync)
    except OSError as fault:
        log.error("requests cannot be answered: %s", fault)


@contextmanager
def alone(root: Path, seconds: float = float("inf")) -> Iterator[bool]:
    """Hold the folder for this process, and tell whether that came to be within `seconds`; say so while waiting."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / LOCK).open("a") as lock:
        yield _held(lock.fileno(), root, time.monotonic() + seconds)


def _held(descriptor: int, root: Path, until: float) -> bool:
    said = False
    while not _taken(descriptor):
        if time.monotonic() >= until:
            return False
        if not said:
            other = (notices.status(root) or {}).get("pid", "unknown")
            log.warning("%s: another sync (process %s) brings models here; waiting for it to end", root, other)
        said = True
        time.sleep(STEP)
    return True


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame  # nothing is logged here: the signal may have come in the middle of a line that is written
    raise SystemExit(0)


def request(settings: Settings, params: Register, action: str, **details: Any) -> str:
    """Ask this host's sync for something and give its answer; where none runs, do its work once.

    Raises BundleError when it was refused, or is not answered.
    """
    root = settings.bundle_dir
    name = asks.ask(root, action, **details)
    until = time.monotonic() + ANSWER_SECONDS
    while (told := asks.answer(root, name)) is None and time.monotonic() < until:
        if not _serve_alone(settings, params):
            time.sleep(STEP)
    if told is None:
        raise BundleError(f"sync did not answer within {ANSWER_SECONDS:g} s; it will do it when it can")
    if not told["ok"]:
        raise BundleError(told["words"])
    return str(told["words"])


def _serve_alone(settings: Settings, params: Register) -> bool:
    """Answer what was asked, unless another sync holds the folder; tell whether that was so."""
    with alone(settings.bundle_dir, seconds=0) as mine:
        if mine:
            answer_all(started(settings, params))
        return mine
