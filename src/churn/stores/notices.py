"""What the sync process tells the workers of its host: how it stands, what the registry holds, what is pinned."""

import json
import os
import time
from pathlib import Path
from typing import Any

from churn.stores import files

STATUS, REGISTRY, PIN = "status.json", "registry.json", "pin.json"


def read(root: Path, name: str) -> dict[str, Any] | None:
    """Read a notice, or give None where there is none that can be read."""
    try:
        notice = json.loads((root / name).read_bytes())
    except (OSError, ValueError):
        return None
    return notice if isinstance(notice, dict) else None


def status(root: Path) -> dict[str, Any] | None:
    """Read how sync stands, with `silent_seconds`: how long ago it last gave a sign of life."""
    told = read(root, STATUS)
    if told is None:
        return None
    try:
        silent = time.time() - (root / STATUS).stat().st_mtime
    except OSError:
        return None
    return told | {"silent_seconds": round(max(silent, 0.0), 1)}


def registry(root: Path) -> dict[str, Any] | None:
    """Read what the registry held when sync last saw it: versions, promotions, experiments."""
    return read(root, REGISTRY)


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
