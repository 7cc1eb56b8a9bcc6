"""The folder from which workers serve: a folder a version, verified when read, and a pointer renamed."""

import hashlib
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from churn.errors import BundleError
from churn.stores import files, manifests
from churn.stores.manifests import ADVICE

MODEL, MANIFEST, POINTER = "model.onnx", "manifest.json", "current"
FOLDER = re.compile(r"^(\d+)(\.[0-9a-f]{12})?$")
"""A version's folder; one whose number an earlier registry used for another model has the digest behind it."""
HOUR = 3600.0


@dataclass(frozen=True)
class Bundle:
    """One version as it was verified: the bytes of its model are those that its manifest names."""

    folder: Path
    manifest: dict[str, Any]
    model: bytes = field(repr=False)

    @property
    def version(self) -> int:
        """Give the number of the version."""
        return int(self.manifest["version"])

    @property
    def digest(self) -> str:
        """Give the sha256 of the model's bytes."""
        return str(self.manifest["digest"])


def stamp(root: Path) -> tuple[int, int] | None:
    """Give a mark that changes whenever the pointer is moved, for the price of one look at it."""
    try:
        seen = (root / POINTER).stat()
    except FileNotFoundError:
        return None
    return seen.st_mtime_ns, seen.st_ino


def current(root: Path) -> Bundle | None:
    """Read the bundle pointed to, or give None where nothing was ever delivered. Raises BundleError."""
    try:
        named = (root / POINTER).read_bytes().decode("ascii", "replace").strip()
    except FileNotFoundError:
        return None
    if not FOLDER.match(named):
        raise BundleError(f"{root / POINTER}: it names no version (found {named[:40]!r}); {ADVICE}")
    return read(root / named)


def of_version(root: Path, version: int, digest: str | None = None) -> Bundle | None:
    """Read the bundle of a version (and of these model bytes), or give None without one. Raises BundleError."""
    fault = None
    for folder in _folders(root, version):
        try:
            found = read(folder)
        except BundleError as torn:
            fault = torn
        else:
            if digest in (None, found.digest):
                return found
    if fault:
        raise fault
    return None


def read(folder: Path) -> Bundle:
    """Read a bundle and verify it. Raises BundleError when anything in it is missing, torn or edited."""
    try:
        manifest, model = manifests.read(folder / MANIFEST), (folder / MODEL).read_bytes()
    except OSError as fault:
        raise BundleError(f"{fault.filename}: cannot be read ({fault.strerror}); {ADVICE}") from fault
    if hashlib.sha256(model).hexdigest() != manifest["digest"]:
        raise BundleError(f"{folder / MODEL}: not the bytes that its manifest names; {ADVICE}")
    return Bundle(folder, manifest, model)


def write(root: Path, version: int, content: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Bundle:
    """Write a bundle aside, verify it, rename it into place; of one there whole, renew only the manifest."""
    folder = _place(root, version, manifest["digest"])
    sealed = manifests.sealed({**manifest, "version": version})
    if _whole(folder):
        files.write_bytes(sealed, folder / MANIFEST)
        return read(folder)
    draft = root / f".{folder.name}.{uuid4().hex[:8]}"
    try:
        draft.mkdir(parents=True)
        for name, body in {**content, MANIFEST: sealed}.items():
            files.write_bytes(body, draft / name)
        flush(draft)
        read(draft)
        _discard(folder)  # what could not be served
        draft.rename(folder)
        flush(root)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return read(folder)


def point(root: Path, version: int, digest: str | None = None) -> None:
    """Let the pointer name a version, once its bundle is verified. Raises BundleError."""
    found = of_version(root, version, digest)
    if found is None:
        raise BundleError(f"{root / str(version)}: no bundle to point to; {ADVICE}")
    files.write_bytes(f"{found.folder.name}\n".encode(), root / POINTER)
    flush(root)


def prune(root: Path, keep: set[int]) -> list[str]:
    """Delete the bundles of versions not to keep, never the one pointed to; give the names of their folders."""
    try:
        named = (root / POINTER).read_text("ascii").strip()
    except (OSError, ValueError):
        return []
    gone = [one for one in _all(root) if one.name != named and int(one.name.partition(".")[0]) not in keep]
    for folder in gone:
        _discard(folder)
    return [one.name for one in gone]


def sweep(root: Path) -> None:
    """Delete what a killed writer left aside."""
    for draft in root.glob(".*"):
        if draft.is_dir() and time.time() - draft.stat().st_mtime > HOUR:
            shutil.rmtree(draft, ignore_errors=True)


def flush(folder: Path) -> None:
    """Bring a folder's names to the disk, so that a rename outlives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _place(root: Path, version: int, digest: str) -> Path:
    plain = root / str(version)
    other = _whole(plain) and manifests.read(plain / MANIFEST)["digest"] != digest
    return root / f"{version}.{digest[:12]}" if other else plain


def _whole(folder: Path) -> bool:
    try:
        read(folder)
    except BundleError:
        return False
    return True


def _folders(root: Path, version: int) -> list[Path]:
    found = [one for one in _all(root) if int(one.name.partition(".")[0]) == version]
    return sorted(found, key=lambda one: one.stat().st_mtime, reverse=True)


def _all(root: Path) -> Iterator[Path]:
    return (one for one in root.glob("[0-9]*") if FOLDER.match(one.name) and one.is_dir())


def _discard(folder: Path) -> None:
    """Delete a folder so that nobody ever sees half of it."""
    if folder.exists():
        doomed = folder.with_name(f".{folder.name}.{uuid4().hex[:8]}")
        folder.rename(doomed)
        shutil.rmtree(doomed, ignore_errors=True)
