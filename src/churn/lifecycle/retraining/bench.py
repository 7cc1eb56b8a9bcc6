"""A clone beside the working folder, to train in: what fails or is killed there leaves the working folder as it was."""

import shutil
from collections.abc import Iterator
from configparser import ConfigParser
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from churn.errors import RetrainingError
from churn.lifecycle.retraining.export import CURRENT, INCOMING
from churn.lifecycle.retraining.publish import POINTER, pointer
from churn.settings import Settings
from churn.stores.clone import Clone

SQLITE = "sqlite:///"
KEPT = {".gitkeep", ".gitignore"}


@contextmanager
def bench(clone: Clone, known: Settings, remote: str | None) -> Iterator[Clone]:
    """Give a worktree of this clone with its batches and data; it is gone afterwards. Raises CloneError.

    Whoever calls holds the lock: what a killed run left behind is removed first.
    """
    folder = (clone.root / known.lock_dir / "retrain").absolute()
    shutil.rmtree(folder, ignore_errors=True)
    clone.git("worktree", "prune")
    place = folder / uuid4().hex[:8]
    clone.git("worktree", "add", "-q", "--detach", str(place), "HEAD")
    try:
        yield _furnished(clone, Clone(place, known.who), remote)
    finally:
        shutil.rmtree(place, ignore_errors=True)
        clone.git("worktree", "prune")


def environment(clone: Clone, inside: Clone, known: Settings) -> dict[str, str]:
    """Name what stages that run on the bench must find: its own code, and the stores of the working folder."""
    return {
        "PYTHONPATH": str(inside.root / "src"),
        "MLFLOW_TRACKING_URI": _absolute(clone.root, known.store),
        "CHURN_LOCK_DIR": str((clone.root / known.lock_dir).absolute()),
        "DVC_EXP_NAME": "",
    }


def _absolute(root: Path, store: str) -> str:
    return f"{SQLITE}{(root / store.removeprefix(SQLITE)).absolute()}" if store.startswith(SQLITE) else store


def _furnished(clone: Clone, inside: Clone, remote: str | None) -> Clone:
    """Bring caches, secrets, batches and data."""
    if (clone.root / ".env").exists():
        shutil.copy2(clone.root / ".env", inside.root / ".env")
    _configure(clone, inside)
    for folder in (INCOMING, CURRENT):
        _batches(clone.root / folder, inside.root / folder)
    inside.dvc("checkout" if remote is None else "pull", "-q", "--allow-missing", "--force")
    _all_there(inside.root)
    return inside


def _configure(clone: Clone, inside: Clone) -> None:
    """Let DVC use the cache and the remotes of the working folder, also where they are named from there."""
    local, known = Path(".dvc/config.local"), ConfigParser(interpolation=None)
    known.read(clone.root / local)
    settings = {"cache": {"dir": clone.dvc("cache", "dir")}}
    for line in clone.dvc("remote", "list").splitlines():
        name, address = line.split()[:2]
        settings[f"'remote \"{name}\"'"] = {"url": address}
    for section, values in settings.items():
        if section not in known:
            known.add_section(section)
        known[section].update(values)
    with (inside.root / local).open("w", encoding="utf-8") as written:
        (inside.root / local).chmod(0o600)  # a remote's key may stand in it
        known.write(written)


def _batches(here: Path, there: Path) -> None:
    """Bring the pointers; a batch without one would be in the model and in no branch. Raises RetrainingError."""
    for path in sorted(here.iterdir()):
        if path.suffix == POINTER:
            shutil.copy2(path, there / path.name)
        elif path.name not in KEPT and not pointer(path).exists():
            raise RetrainingError(f"{path} has no pointer, and nobody else could train on it; run `dvc add {path}`")


def _all_there(root: Path) -> None:
    for folder in (INCOMING, CURRENT):
        for path in sorted((root / folder).glob(f"*{POINTER}")):
            if not path.with_suffix("").exists():
                raise RetrainingError(f"{folder / path.stem}: its content is neither here nor at DVC's remote")
