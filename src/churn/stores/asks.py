"""What workers ask of the sync process of their host, as files: an ask, and its answer when it is there."""

import json
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from churn.errors import BundleError
from churn.stores import files, notice_shapes

ACTIONS = ("reload", "pin", "unpin", "rollback", "fetch")
ID = re.compile(r"^[0-9a-f]{16}-[0-9a-f]{8}$")
MOST, DAY = 100, 86_400.0
UNREADABLE: dict[str, Any] = {"ok": False, "words": "sync answered, and its answer on disk cannot be read; ask again"}


@dataclass(frozen=True)
class Ask:
    """One thing asked of sync; `again` when a sync before this one began it and did not end it."""

    id: str
    action: str
    details: dict[str, Any]
    again: bool = False


def ask(root: Path, action: str, **details: Any) -> str:
    """Ask sync for something, and give the id under which its answer will be. Raises BundleError."""
    if action not in ACTIONS:
        raise BundleError(f"sync knows no {action!r}; it does {', '.join(ACTIONS)}")
    if len(list((root / "requests").glob("*.json"))) >= MOST:
        raise BundleError(f"{root / 'requests'}: {MOST} requests wait already; is sync running? `churn sync` starts it")
    name = f"{time.time_ns():016x}-{uuid4().hex[:8]}"
    files.write_json({"action": action, **details}, root / "requests" / f"{name}.json")
    return name


def answer(root: Path, name: str) -> dict[str, Any] | None:
    """Give sync's answer {"ok", "words", ...}, or None while there is none."""
    if not ID.fullmatch(name):
        raise BundleError(f"{name[:40]!r} is not the id of a request")
    try:
        told = json.loads((root / "results" / f"{name}.json").read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        return UNREADABLE
    return told if _sound(told) else UNREADABLE


def waiting(root: Path) -> list[Ask]:
    """List what waits, oldest first; what cannot be read is answered so."""
    found = sorted([*(root / "requests").glob("*.json"), *(root / "requests").glob("*.taken")])
    return [one for one in map(_read, found) if one]


def take(root: Path, asked: Ask) -> None:
    """Mark that work on an ask begins."""
    place = root / "requests" / asked.id
    place.with_suffix(".json").replace(place.with_suffix(".taken"))


def withdraw(root: Path, name: str) -> bool:
    """Take back an ask on which no work began; tell whether it is sure that none will."""
    try:
        (root / "requests" / f"{name}.json").unlink()
    except FileNotFoundError:
        return False
    return True


def reply(root: Path, asked: Ask, told: dict[str, Any]) -> None:
    """Write the answer, then take the ask away."""
    files.write_json({"id": asked.id, "action": asked.action, **told}, root / "results" / f"{asked.id}.json")
    for ending in (".json", ".taken"):
        (root / "requests" / asked.id).with_suffix(ending).unlink(missing_ok=True)


def forget(root: Path) -> None:
    """Delete answers older than a day."""
    for old in (root / "results").glob("*.json"):
        if time.time() - old.stat().st_mtime > DAY:
            old.unlink(missing_ok=True)


def _read(path: Path) -> Ask | None:
    try:
        told = json.loads(path.read_bytes())
        return Ask(path.stem, str(told.pop("action")), told, path.suffix == ".taken")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return Ask(path.stem, "unreadable", {}, path.suffix == ".taken")


def _sound(told: Any) -> bool:
    """Tell whether an answer is one."""
    return (
        isinstance(told, dict)
        and type(told.get("ok")) is bool
        and isinstance(told.get("words"), str)
        and type(told.get("version")) in {int, type(None)}
        and notice_shapes.shallow(told)
    )
