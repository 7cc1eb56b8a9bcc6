"""Backup and restore of what cannot be made again: the ledger, the registry's tables, the models' files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from churn.lifecycle.one_writer import one_writer
from churn.settings import Settings
from churn.stores.backup import contents, databases, trees
from churn.stores.backup.contents import ARTIFACTS, LEDGER, REGISTRY, Contents
from churn.stores.backup.databases import BackupError
from churn.stores.tracking import relocation, store
from churn.stores.tracking.registry import Registry

BEHIND = (
    "{store} is an MLflow server; name what it keeps its tables and files in, as its own --backend-store-uri and "
    "--artifacts-destination do: --registry postgresql://host/mlflow --artifacts s3://bucket/path"
)


@dataclass(frozen=True)
class Places:
    """Where the stores are: the addresses of two databases, and the place of the models' files."""

    ledger: str
    registry: str
    artifacts: str


def places(known: Settings, registry: str | None = None, artifacts: str | None = None) -> Places:
    """Find the stores that the settings name; those behind a server have to be told. Raises BackupError."""
    behind = registry or known.store
    if not artifacts and behind.startswith(store.SQLITE):
        artifacts = str(store.file(behind).absolute().with_name("mlruns"))
    if behind.startswith(("http://", "https://")) or not artifacts:
        raise BackupError(BEHIND.format(store=store.redacted(behind)))
    return Places(known.database_url, behind, artifacts)


def back_up(known: Settings, model: str, folder: Path, of: Places) -> Contents:
    """Write a backup while the service runs.

    The ledger comes first and the models' files last: what a record names is in the registry before it, and what the
    registry names is among the files before it. Nobody promotes meanwhile. Raises BackupError, TrackingError.
    """
    with one_writer(known), contents.written(folder) as draft:
        databases.dump(of.ledger, draft / LEDGER)
        versions = {one.number: one.digest for one in Registry(known.store, model).versions()}
        databases.dump(of.registry, draft / REGISTRY)
        trees.fetch(of.artifacts, draft / ARTIFACTS)
        held = contents.digests(draft)
        contents.whole(versions, held)
        made = datetime.now(UTC).isoformat(timespec="seconds")
        told = Contents(made, known.who, _shown(of.ledger), _shown(of.registry), of.artifacts, versions, held)
        contents.seal(draft, told)
    return told


def restore(known: Settings, model: str, folder: Path, of: Places, parts: Iterable[str]) -> str:
    """Bring parts of a backup back to where nothing is; looked through before and after. Raises BackupError."""
    told = contents.verified(folder)
    wanted = set(parts)
    with one_writer(known):
        _vacant(of, wanted)
        if REGISTRY in wanted:
            trees.put(folder / ARTIFACTS, of.artifacts)
            databases.load(folder / REGISTRY, of.registry, partial(_relocate, told, of))
        if LEDGER in wanted:
            databases.load(folder / LEDGER, of.ledger)
    proven = _proven(known, model, told) if REGISTRY in wanted and of.registry == known.store else ""
    return f"{' and '.join(sorted(wanted))} as of {told.made_at}{proven}"


def _vacant(of: Places, wanted: set[str]) -> None:
    if REGISTRY in wanted:
        databases.vacant(of.registry)
        trees.vacant(of.artifacts)
    if LEDGER in wanted:
        databases.vacant(of.ledger)


def _relocate(told: Contents, of: Places, file: Path) -> None:
    """Let an embedded store name its files where they are now."""
    if told.artifacts != of.artifacts:
        relocation.relocate(file, Path(told.artifacts), Path(of.artifacts))


def _proven(known: Settings, model: str, told: Contents) -> str:
    """Fetch each model as a host would: its bytes are those that were registered. Raises TrackingError, BackupError."""
    registry = Registry(known.store, model)
    found = registry.versions()
    for one in found:
        registry.fetch(one)
    if {one.number: one.digest for one in found} != told.versions:
        raise BackupError(f"the registry holds other versions than the backup of {told.made_at}; restore another one")
    return f"; {len(found)} version(s) of {model}, each with its own bytes"


def _shown(address: str) -> str:
    return store.redacted(address)
