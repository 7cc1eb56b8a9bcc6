"""Trees of files in a backup: a folder of this machine, or a bucket (s3://bucket/prefix, gs://bucket/prefix)."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from churn.stores.backup.databases import BackupError


def fetch(place: str, folder: Path) -> None:
    """Copy all files under a place into a folder. Raises BackupError."""
    folder.mkdir(parents=True)
    if (local := _local(place)) is not None:
        if local.is_dir():
            shutil.copytree(local, folder, dirs_exist_ok=True)
        return
    with _faults(place):
        from pyarrow import fs

        fs.copy_files(place, folder.as_uri())


def put(folder: Path, place: str) -> None:
    """Copy a folder's files to a place; a folder appears whole or not at all. Raises BackupError."""
    if (local := _local(place)) is not None:
        _put_aside(folder, local)
        return
    with _faults(place):
        from pyarrow import fs

        fs.copy_files(folder.as_uri(), place)


def vacant(place: str) -> None:
    """Refuse to write among files that are there. Raises BackupError."""
    if (local := _local(place)) is not None:
        held = local.is_dir() and any(local.iterdir())
    else:
        with _faults(place):
            from pyarrow import fs

            system, path = fs.FileSystem.from_uri(place)
            held = bool(system.get_file_info(fs.FileSelector(path, allow_not_found=True)))
    if held:
        raise BackupError(f"{place} holds files already; move them away, or name another place, and restore again")


def _local(place: str) -> Path | None:
    return Path(place.removeprefix("file://")).absolute() if place.startswith(("file://", "/", ".")) else None


def _put_aside(folder: Path, local: Path) -> None:
    draft = local.with_name(f".{local.name}.{uuid4().hex[:8]}")
    try:
        shutil.copytree(folder, draft)
        if local.is_dir():
            local.rmdir()  # `vacant` saw that it is empty
        draft.rename(local)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def _faults(place: str) -> Iterator[None]:
    """Turn a bucket's faults into BackupError."""
    try:
        yield
    except (OSError, ValueError) as fault:
        raise BackupError(
            f"{place}: {str(fault)[:300]}; see that it exists and that AWS_* names who may use it"
        ) from fault
