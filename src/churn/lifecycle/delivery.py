"""Bring a version from the registry to this host, prove it, and let the workers have it."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from churn.errors import ModelError, TrackingError
from churn.lifecycle.snapshot import metrics, verdict
from churn.lifecycle.version_tags import VERDICT
from churn.scoring.engine import Engine
from churn.stores import bundle, enclosed, notices, whole
from churn.stores.bundle import Bundle
from churn.stores.tracking import attachments, retirements, store
from churn.stores.tracking.records import Record
from churn.stores.tracking.registry import Registry, Version

CHAMPIONS = 10
"""The bundles of so many champions stay on the host, so that what they answered can be replayed."""


def find(registry: Registry, number: int) -> Version:
    """Find a version by its number. Raises ModelError when the registry has none."""
    found = next((one for one in registry.versions() if one.number == number), None)
    if found is None:
        raise ModelError(f"{registry.name} has no version {number}; `churn versions` lists them")
    return found


def deliver(registry: Registry, root: Path, version: Version, told: list[Record], replayed: bool = False) -> Bundle:
    """Bring a version's bundle to this host, proven on its golden rows; the pointer stays where it is.

    A retired one is brought only to be `replayed`: what it answered once is asked again, and nobody is served.
    Raises ModelError when the version is not fit to answer, TrackingError when the registry is away.
    """
    if not replayed:
        retirements.read(registry.tags()).refuse(version.number, version.digest)
    kept = whole.held(root, version.number, version.digest)
    model = kept.model if kept else _fetch(registry, version)
    prove(model, version.number)
    paper = _manifest(registry, version, told)
    if kept and kept.manifest == paper | {"fetched_at": kept.manifest.get("fetched_at")}:
        return kept
    return bundle.write(root, version.number, {bundle.MODEL: model}, paper)


def accompany(registry: Registry, served: Bundle) -> bool:
    """Bring the reports that were logged with a version beside its bundle, if they are others than those there.

    Tell whether it was needed. Raises TrackingError when the registry is away.
    """
    run = str(served.manifest["run"])
    known_as = attachments.held(registry.uri, run)
    if known_as in {None, enclosed.digest(served.folder)}:
        return False
    enclosed.enclose(served.folder, attachments.fetch(registry.uri, run), str(known_as))
    return True


def retired_here(root: Path, digest: str) -> str:
    """Say by whom and why a model was retired, as far as sync saw when it last looked; nothing if it was not."""
    seen = (notices.registry(root) or {}).get("versions", [])
    return next((one["retired"]["words"] for one in seen if one["digest"] == digest and one.get("retired")), "")


def refuse_retired_here(root: Path, number: int, digest: str) -> None:
    """Raise ModelError if this model was retired when sync last looked: all that is known without the registry."""
    if words := retired_here(root, digest):
        raise ModelError(f"version {number} was {words}; a retired version is never served")


def prove(model: bytes, number: int) -> None:
    """Load a model as a worker does, and answer its golden rows. Raises ModelError."""
    try:
        Engine(model, number).preflight()
    except ModelError:
        raise
    except Exception as fault:  # whatever a file of another make does to us, it is not fit
        raise ModelError(f"the model of version {number} cannot be tried ({type(fault).__name__}: {fault})") from fault


def serve(root: Path, wanted: Bundle, before: Bundle | None) -> bool:
    """Point to a bundle unless workers had just this one before; whatever is new in it, they load it anew."""
    if wanted == before:
        return False
    bundle.point(root, wanted.version, wanted.digest)
    return True


def tidy(root: Path, told: list[Record], also: set[int]) -> list[str]:
    """Delete the bundles of all but the last champions and of the versions in `also`."""
    reigned = [one.intent.to_version for one in told if one.done]
    latest = list(dict.fromkeys(reversed(reigned)))[:CHAMPIONS]
    return bundle.prune(root, {*latest, *also})


def _fetch(registry: Registry, version: Version) -> bytes:
    """Fetch a version's bytes; a registry that answers and cannot give them has a bad version, not a bad day."""
    try:
        return registry.fetch(version)
    except (TrackingError, OSError) as fault:
        registry.marks()
        raise ModelError(str(fault)) from fault


def _manifest(registry: Registry, version: Version, told: list[Record]) -> dict[str, Any]:
    moved = [one.intent for one in told if one.done and one.intent.to_version == version.number]
    return {
        "model": registry.name,
        "version": version.number,
        "digest": version.digest,
        "run": version.run,
        "family": version.tags.get("family", ""),
        "tags": {name: value for name, value in version.tags.items() if name != VERDICT},
        "metrics": metrics(registry, version),
        "gate": verdict(version),
        "promotion": asdict(moved[-1]) if moved else None,
        "fetched_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "store": store.redacted(registry.uri),
    }
