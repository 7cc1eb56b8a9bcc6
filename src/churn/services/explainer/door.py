"""An explainer that runs by itself, for the workers of a host: behind a socket that only its own user may open."""

import contextlib
import os
import signal
import socketserver
import threading
from pathlib import Path
from typing import BinaryIO, cast

from churn.errors import SettingsError
from churn.services.explainer.talk import talk
from churn.services.explainer.trees import ready
from churn.services.explainer.way import VARIABLE

OWN = 0o600
LONGEST = 107
"""Bytes of a socket's path, by Linux."""


class Caller(socketserver.StreamRequestHandler):
    """A worker that came; its model is kept for as long as it stays."""

    def handle(self) -> None:
        """Talk until it leaves."""
        with contextlib.suppress(ConnectionError, ValueError):
            talk(cast("BinaryIO", self.rfile), cast("BinaryIO", self.wfile))


class Door(socketserver.ThreadingUnixStreamServer):
    """The socket; every worker has a thread."""

    daemon_threads = True
    request_queue_size = 64


def serve(place: Path) -> None:
    """Answer at `place` until a signal ends it. Raises SettingsError where no socket can be."""
    ready()  # the vendor takes seconds: nobody is let in before
    aside = place.with_name(f".{place.name}.{os.getpid()}")
    if len(os.fsencode(aside)) > LONGEST:
        raise SettingsError(f"{VARIABLE}={place} is too long for a socket; a path of {LONGEST - 20} bytes fits")
    place.parent.mkdir(parents=True, exist_ok=True)
    aside.unlink(missing_ok=True)
    with Door(str(aside), Caller) as door:
        aside.chmod(OWN)
        aside.rename(place)  # in place of one that was killed, and never half there
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: threading.Thread(target=door.shutdown).start())
        door.serve_forever(poll_interval=0.2)
    place.unlink(missing_ok=True)
