"""What a backup's folder holds: each file by its digest, and of which stores they are."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from churn.stores import files
from churn.stores.backup.databases import BackupError
from churn.stores.bundle import flush

MANIFEST = "backup.json"
LEDGER, REGISTRY, ARTIFACTS = "ledger", "registry", "artifacts"
"""The copies of the two databases, and the folder of the models' files."""
PRIVATE = 0o700
UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class Contents:
    """The manifest: `files` gives each file's sha256; `versions`, of each registered model, the digest of its bytes."""

    made_at: str
    made_by: str
    ledger: str
    registry: str
    artifacts: str
    versions: dict[int, str]
    files: dict[str, str]


@contextmanager
def written(folder: Path) -> Iterator[Path]:
    """Give a folder to fill, which nobody else may read; it takes its name only when the block ends well."""
    if folder.exists():
        raise BackupError(f"{folder} is there already; a backup is never written over: name another folder")
    empty = folder.with_name(f".{folder.name}.{uuid4().hex[:8]}")
    draft = empty.with_name(f"{empty.name}{UNFINISHED}")
    try:
        empty.mkdir(mode=PRIVATE, parents=True)
        with _held(empty, needed=False):
            empty.rename(draft)  # only now, when it is held, does it look like one that was left behind
            _sweep(folder.parent)
            yield draft
            draft.rename(folder)
        flush(folder.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def _held(folder: Path, *, needed: bool) -> Iterator[None]:
    """Hold a folder while the block runs; the system frees it when the process ends.

    Raises OSError where it cannot be held and that is needed: some network file systems hold no folder, and where none
    can be held, none is swept.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with nullcontext() if needed else suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _sweep(place: Path) -> None:
    """Remove what backups that were killed left behind: customers stand in it."""
    for left in place.glob(f".*.????????{UNFINISHED}"):
        with suppress(OSError), _held(left, needed=True):  # one that somebody holds is still being written
            shutil.rmtree(left)


def seal(folder: Path, contents: Contents) -> None:
    """Bring all files to the disk, then write the manifest."""
    for path in _files(folder):
        with path.open("rb") as content:
            os.fsync(content.fileno())
    files.write_json(asdict(contents), folder / MANIFEST)


def digests(folder: Path) -> dict[str, str]:
    """Give the sha256 of each file of a backup, by its path in it."""
    return {str(path.relative_to(folder)): files.digest(path) for path in _files(folder)}


def verified(folder: Path) -> Contents:
    """Read a backup's manifest and see that each file is what it was. Raises BackupError."""
    try:
        told = TypeAdapter(Contents).validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError as fault:
        raise BackupError(f"{folder}: no backup, there is no {MANIFEST} in it") from fault
    except ValidationError as fault:
        raise BackupError(f"{folder / MANIFEST}: torn; take another backup") from fault
    found = digests(folder)
    wrong = sorted(name for name in told.files.keys() | found.keys() if told.files.get(name) != found.get(name))
    if wrong:
        raise BackupError(f"{folder}: not as it was written: {', '.join(wrong[:5])}; take another backup")
    whole(told.versions, told.files)
    return told


def whole(versions: dict[int, str], held: dict[str, str]) -> None:
    """See that the bytes of each registered model are there. Raises BackupError."""
    lost = sorted(number for number, digest in versions.items() if digest not in held.values())
    if lost:
        raise BackupError(
            f"the models of version {', '.join(map(str, lost))} are not among the files; "
            "name the place where MLflow keeps them: --artifacts"
        )


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
