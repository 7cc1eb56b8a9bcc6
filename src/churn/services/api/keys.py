"""API keys: shown once, kept as digests, each with scopes and a rate."""

import hashlib
import json
import re
import secrets
import stat
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from churn.errors import SettingsError, TableError
from churn.services.api.rate import Bucket
from churn.stores.files import read_json, write_json

SCOPES = ("predict", "feedback", "admin")
RATE = 500.0
"""Requests a second that a key may make unless it says otherwise."""
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
SECRET_BYTES = 32
PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the name of a key, what it may do, and its share of the rate in this process."""

    name: str
    scopes: frozenset[str]
    bucket: Bucket | None = field(default=None, compare=False)

    def may(self, scope: str) -> bool:
        """Tell whether this caller may do what needs `scope`; admin may do everything."""
        return scope in self.scopes or "admin" in self.scopes


ANYBODY = Caller("nobody", frozenset())
LOCAL = Caller("local", frozenset(SCOPES))


class Keys:
    """The keys in a file. Without the file there are none: the service is open, to this machine alone."""

    def __init__(self, path: Path, workers: int = 1) -> None:
        """Read the file. Raises SettingsError if it cannot be read: a broken file never opens the door."""
        self._path, self._workers = path, workers
        self._callers: dict[str, Caller] = {}
        self._stamp: tuple[int, int] | None = None
        self.refresh()

    @property
    def configured(self) -> bool:
        """Tell whether a file of keys is there, be it empty."""
        return self._stamp is not None

    def caller(self, key: bytes) -> Caller | None:
        """Find whose key this is."""
        return self._callers.get(hashlib.sha256(key).hexdigest())

    def refresh(self) -> None:
        """Read the file again if it changed; a file that vanished leaves the keys as they were."""
        stamp = _stamp(self._path)
        if stamp is None or stamp == self._stamp:
            return
        buckets = {one.name: one.bucket for one in self._callers.values()}
        found = {one["sha256"]: _caller(one, self._workers) for one in _read(self._path)}
        for digest, caller in found.items():
            kept = buckets.get(caller.name)
            if kept is not None and caller.bucket is not None and kept.rate == caller.bucket.rate:
                found[digest] = Caller(caller.name, caller.scopes, kept)
        self._callers, self._stamp = found, stamp


def add(path: Path, name: str, scopes: list[str], rate: float = RATE) -> str:
    """Make a key and give it in clear, the only time. Raises SettingsError."""
    if not NAME.fullmatch(name):
        raise SettingsError(f"{name!r} names no key: 1 to 40 lower-case letters, digits and hyphens")
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise SettingsError(f"{', '.join(unknown) or 'nothing'} is no scope; there are {', '.join(SCOPES)}")
    if not 0 < rate < float("inf"):
        raise SettingsError(f"a rate is a number of requests a second above 0, not {rate:g}")
    known = _read(path) if path.exists() else []
    if any(one["name"] == name for one in known):
        raise SettingsError(f"{path}: key {name!r} exists; revoke it first")
    key = f"churn-{name}-{secrets.token_urlsafe(SECRET_BYTES)}"
    made = {
        "name": name,
        "sha256": hashlib.sha256(key.encode()).hexdigest(),
        "scopes": sorted(set(scopes)),
        "rate": rate,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    _write(path, [*known, made])
    return key


def names(path: Path) -> list[dict[str, Any]]:
    """List the keys of a file, without what would let somebody in."""
    known = _read(path) if path.exists() else []
    return [{name: value for name, value in one.items() if name != "sha256"} for one in known]


def revoke(path: Path, name: str) -> None:
    """Take a key away. Raises SettingsError if there is none of this name."""
    known = _read(path) if path.exists() else []
    kept = [one for one in known if one["name"] != name]
    if len(kept) == len(known):
        raise SettingsError(f"{path}: no key {name!r}; `churn keys list` shows what there is")
    _write(path, kept)


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        keys: list[dict[str, Any]] = read_json(path)["keys"]
        for one in keys:
            _caller(one, 1)
    except (TableError, KeyError, TypeError, ValueError, AttributeError) as fault:
        raise SettingsError(f"{path}: not a file of keys ({type(fault).__name__}); make one: churn keys add") from fault
    return keys


def _write(path: Path, keys: list[dict[str, Any]]) -> None:
    """Write the file; who could read it before still can, for a container serves as another user."""
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else PRIVATE
    write_json({"keys": keys}, path)
    path.chmod(mode)


def _caller(one: dict[str, Any], workers: int) -> Caller:
    digest, scopes = str(one["sha256"]), frozenset(map(str, one["scopes"]))
    if len(bytes.fromhex(digest)) != hashlib.sha256().digest_size or not scopes <= set(SCOPES):
        raise ValueError(json.dumps(one))
    return Caller(str(one["name"]), scopes, Bucket(float(one["rate"]) / workers))


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_ino
