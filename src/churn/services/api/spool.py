"""The folder where files lie while they are scored, and where rejects wait to be fetched; bounded by age and size."""

import hashlib
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

RECORD = re.compile(r"[0-9a-f]{28}")
KEPT_SECONDS = 6 * 3600.0
DRAFT_SECONDS = 3600.0
"""A folder untouched for so long was left by a worker that was killed."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of its own for one file: what came, what goes out, what was rejected."""

    folder: Path

    @property
    def arrived(self) -> Path:
        """Place what came."""
        return self.folder / "in"

    @property
    def answers(self) -> Path:
        """Place what goes out."""
        return self.folder / "out"

    @property
    def rejects(self) -> Path:
        """Place the rejected rows."""
        return self.folder / "rejects.csv"


@contextmanager
def place(root: Path, record: str) -> Iterator[Place]:
    """Give a folder that is gone when the block ends, whatever happens."""
    folder = root / f".{record}"
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield Place(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def keep(root: Path, found: Place, record: str, caller: str) -> None:
    """Keep the rejects of a file for whoever sent it."""
    found.rejects.replace(_kept(root, record, caller))


def rejects(root: Path, record: str, caller: str) -> BinaryIO | None:
    """Open the rejects of a file that this caller sent; None where there are none, or none any more."""
    try:
        return _kept(root, record, caller).open("rb") if RECORD.fullmatch(record) else None
    except FileNotFoundError:
        return None


def sweep(root: Path, most: int) -> None:
    """Delete rejects that are old, the oldest also when all are more than `most` bytes, and what was left half-done."""
    now, total = time.time(), 0
    for draft in root.glob(".*"):
        with suppress(FileNotFoundError):
            if now - draft.stat().st_mtime > DRAFT_SECONDS:
                shutil.rmtree(draft, ignore_errors=True)
    for path, seen in sorted(_seen(root), key=lambda one: one[1][0], reverse=True):
        total += seen[1]
        if now - seen[0] > KEPT_SECONDS or total > most:
            path.unlink(missing_ok=True)


def _kept(root: Path, record: str, caller: str) -> Path:
    return root / f"{record}.{hashlib.sha256(caller.encode()).hexdigest()[:16]}.csv"


def _seen(root: Path) -> Iterator[tuple[Path, tuple[float, int]]]:
    for path in root.glob("*.csv"):
        with suppress(FileNotFoundError):  # another worker swept it
            stat = path.stat()
            yield path, (stat.st_mtime, stat.st_size)
