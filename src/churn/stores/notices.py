"""What the sync process tells the workers of its host: how it stands, what the registry holds, what is pinned."""

import os
import time
from pathlib import Path
from typing import Any

import orjson

from churn.stores import files, notice_shapes

STATUS, REGISTRY, PIN, EXPERIMENT = "status.json", "registry.json", "pin.json", "experiment.json"


def read(root: Path, name: str) -> dict[str, Any] | None:
    """Read a notice, or give None where there is none that can be read."""
    try:
        notice = orjson.loads((root / name).read_bytes())
    except (OSError, ValueError):
        return None
    return notice if isinstance(notice, dict) and notice_shapes.shallow(notice) else None


def status(root: Path) -> dict[str, Any] | None:
    """Read how sync stands, with `silent_seconds`: how long ago it last gave a sign of life."""
    told = read(root, STATUS)
    if told is None or not notice_shapes.fits(told, notice_shapes.Status):
        return None
    try:
        silent = time.time() - (root / STATUS).stat().st_mtime
    except OSError:
        return None
    return told | {"silent_seconds": round(max(silent, 0.0), 1)}


def registry(root: Path) -> dict[str, Any] | None:
    """Read what the registry held when sync last saw it: versions, promotions, experiments."""
    seen = read(root, REGISTRY)
    return seen if seen is not None and notice_shapes.fits(seen, notice_shapes.Registry) else None


def spoilt(root: Path, name: str) -> bool:
    """Tell whether a notice is there that cannot be believed, given that reading it gave None."""
    return (root / name).exists()


def write(root: Path, name: str, notice: dict[str, Any]) -> bool:
    """Write a notice if it says something new; tell whether it did."""
    if read(root, name) == notice:
        os.utime(root / name)
        return False
    files.write_json(notice, root / name)
    return True


def drop(root: Path, name: str) -> None:
    """Take a notice down."""
    (root / name).unlink(missing_ok=True)
