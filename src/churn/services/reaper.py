"""What ends the children of a supervisor that was killed: a process that waits for the supervisor's end."""

import os
import signal
import time
from contextlib import suppress

GRACE, STEP = 10.0, 0.1


class Reaper:
    """Process groups that must not outlive this process, however it ends."""

    def __init__(self) -> None:
        """Start it; to be done early, while this process holds nothing that a copy should not hold."""
        read, self._pipe = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            os.close(self._pipe)
            _watch(read)
        os.close(read)

    def note(self, group: int) -> None:
        """Have a group ended when this process is gone."""
        os.write(self._pipe, b"+%d\n" % group)

    def forget(self, group: int) -> None:
        """Leave a group alone: it has ended."""
        os.write(self._pipe, b"-%d\n" % group)

    def close(self) -> None:
        """End it, once no group is left."""
        os.close(self._pipe)
        os.waitpid(self._process, 0)


def end(group: int, number: int = signal.SIGTERM) -> bool:
    """Send a signal to a group; tell whether it was there."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
        return True
    return False


def _watch(pipe: int) -> None:
    """Read what to watch until the pipe ends, then end what is left; never returns."""
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    with os.fdopen(pipe, "rb") as lines:
        for line in lines:
            (groups.add if line[:1] == b"+" else groups.discard)(int(line[1:]))
    left = {group for group in groups if end(group)}
    until = time.monotonic() + GRACE
    while left and time.monotonic() < until:
        time.sleep(STEP)
        left = {group for group in left if end(group, 0)}
    for group in left:
        end(group, signal.SIGKILL)
    os._exit(0)
