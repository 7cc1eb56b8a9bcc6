"""Where a demo lives: a folder of its own, built aside; a link, moved in one step, names the one that is whole.

    .churn/demo/current -> 20260501-080000-000000   the link that `make demo` follows
    .churn/demo/20260501-080000-000000/             mlflow.db, mlruns/, ledger.db, bundle/, demo.json

MLflow keeps absolute paths of its files, so a folder that was built is never renamed; the link is.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from churn.errors import BundleError
from churn.settings import Settings
from churn.stores import files

ROOT = Path(".churn/demo")
LINK, LOCK, SERVED, FACTS = "current", ".lock", ".served", "demo.json"
OURS = ("CHURN_", "MLFLOW_", "DVC_")
KEPT = ("MLFLOW_DISABLE_TELEMETRY", "DVC_NO_ANALYTICS")


@dataclass(frozen=True)
class Place:
    """One built demo."""

    folder: Path

    def says(self, port: int) -> dict[str, str]:
        """Spell the environment of whoever works here: nothing in it leads to production."""
        return {
            "MLFLOW_TRACKING_URI": f"sqlite:///{self.folder}/mlflow.db",
            "CHURN_DATABASE_URL": f"sqlite:///{self.folder}/ledger.db",
            "CHURN_BUNDLE_DIR": str(self.folder / "bundle"),
            "CHURN_KEYS_FILE": str(self.folder / "keys.json"),
            "CHURN_LOCK_DIR": str(self.folder),
            "CHURN_API_HOST": "127.0.0.1",
            "CHURN_API_PORT": str(port),
            "CHURN_API_WORKERS": "1",
            "CHURN_API_KEY": "",
            "CHURN_ID_KEY": "",
            "CHURN_USER": "demo",
            "CHURN_SIMULATION": "1",
            "DVC_EXP_NAME": "",
        }

    def settings(self, port: int) -> Settings:
        """Give the settings of whoever works here."""
        said: dict[str, Any] = self.says(port)
        return Settings(_env_file=None, **said)

    def environment(self, port: int) -> dict[str, str]:
        """Give the environment of a process that works here, cleared of everything that speaks of production."""
        clean = {name: value for name, value in os.environ.items() if name in KEPT or not name.startswith(OURS)}
        return clean | self.says(port)

    @property
    def facts(self) -> Path:
        """Place what is true in this demo; it is written last."""
        return self.folder / FACTS


def current(root: Path = ROOT) -> Place:
    """Find the demo that is whole. Raises BundleError."""
    place = Place((root / LINK).resolve())
    if not place.facts.is_file():
        raise BundleError(f"there is no demo in {root} yet; `make demo-data` builds one")
    return place


@contextmanager
def aside(root: Path = ROOT) -> Iterator[Place]:
    """Give a new place; it becomes the current one only when the block ends well, and then the former one goes.

    Raises BundleError when another process builds here.
    """
    root.mkdir(parents=True, exist_ok=True)
    with (root / LOCK).open("a") as lock:
        _hold(lock.fileno(), root)
        _sweep(root)
        place = Place((root / datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")).resolve())
        place.folder.mkdir()
        try:
            yield place
        except BaseException:
            shutil.rmtree(place.folder, ignore_errors=True)
            raise
        _point(root, place)
        _sweep(root)


@contextmanager
def kept(place: Place) -> Iterator[None]:
    """Keep a demo from being removed while it is served; one that is built meanwhile is served at the next start."""
    with (place.folder / SERVED).open("a") as held:
        fcntl.flock(held.fileno(), fcntl.LOCK_SH)
        yield


def write_facts(place: Place, told: dict[str, Any]) -> None:
    """Write what is true in a demo; with this it is whole."""
    files.write_json(told, place.facts)


def _hold(descriptor: int, root: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as busy:
        raise BundleError(f"{root}: another process builds a demo here; wait for it, or end it") from busy


def _point(root: Path, place: Place) -> None:
    """Move the link in one step: there is never a moment without a demo."""
    draft = root / f".{LINK}"
    draft.unlink(missing_ok=True)
    draft.symlink_to(place.folder.name)
    draft.replace(root / LINK)


def _sweep(root: Path) -> None:
    """Remove what no link names and nobody serves: half-built demos and former ones."""
    named = (root / LINK).resolve()
    for folder in root.iterdir():
        if folder.is_dir() and not folder.is_symlink() and folder.resolve() != named:
            with suppress(OSError), (folder / SERVED).open("a") as held:
                fcntl.flock(held.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
