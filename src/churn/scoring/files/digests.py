"""Digests of files, taken beside the work: of what is read, and of what is written while it grows."""

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PIECE = 1 << 20
WAIT = 0.05


@dataclass(frozen=True, slots=True)
class Digest:
    """A file's sha256, hexadecimal, and how many quotation marks there are in it."""

    sha256: str
    quotes: int


@contextmanager
def digesting(path: Path, *, growing: bool = False) -> Iterator[Future[Digest]]:
    """Digest a file in a thread; one that grows is whole when the block ends."""
    whole = threading.Event()
    if not growing:
        whole.set()
    with ThreadPoolExecutor(1, "file-digest") as thread:
        try:
            yield thread.submit(_digest, path, whole)
        finally:
            whole.set()


def _digest(path: Path, whole: threading.Event) -> Digest:
    total, quotes = hashlib.sha256(), 0
    with path.open("rb") as content:
        while True:
            last = whole.is_set()  # asked before the end is seen: what comes after that is read in another turn
            while piece := content.read(PIECE):
                total.update(piece)
                quotes += piece.count(b'"')
            if last:
                return Digest(total.hexdigest(), quotes)
            whole.wait(WAIT)
