"""One writer at a time on this machine."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from churn.errors import Busy

PAUSE = 0.1


@contextmanager
def alone(path: Path, seconds: float = 120.0) -> Iterator[None]:
    """Hold a lock file while the block runs; the system frees it when the process ends, however it ends.

    Raises Busy when another process keeps it for longer than `seconds`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as lock:
        _wait(lock.fileno(), path, time.monotonic() + seconds)
        yield


def _wait(descriptor: int, path: Path, until: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            if time.monotonic() > until:
                raise Busy(f"{path}: another process is changing the registry; run again later") from busy
            time.sleep(PAUSE)
        else:
            return
