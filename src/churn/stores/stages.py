"""How a model was made: the stages of dvc.yaml, with what dvc.lock says of their last run."""

from pathlib import Path
from typing import Any

from churn.errors import ChurnError
from churn.stores import files

Told = dict[str, Any]
RUNNING = "register"
"""The stage that keeps this: of its own run the lock cannot say anything yet, and it may not depend on it."""
WRITTEN = ("outs", "metrics", "plots")


def read(model: str, made: Path = Path("dvc.yaml"), ran: Path = Path("dvc.lock")) -> Told:
    """Tell by which stages the model with this digest was made; without dvc.yaml there are none.

    Nothing in it tells of a time or a machine: the same files give the same content.
    """
    spelt, locked = (_stages(path) for path in (made, ran))
    outs = {name: [path for key in WRITTEN for path in _paths(stage.get(key))] for name, stage in spelt.items()}
    return {
        "model": model,
        "stages": [
            _stage(name, stage, {} if name == RUNNING else locked.get(name, {}), outs) for name, stage in spelt.items()
        ],
    }


def _stages(path: Path) -> dict[str, Told]:
    """Read the stages of a file; one that is not there or cannot be read tells of none."""
    try:
        found = files.read_yaml(path) if path.exists() else None
    except (ChurnError, OSError):
        return {}
    listed = found.get("stages") if isinstance(found, dict) else None
    stages = listed if isinstance(listed, dict) else {}
    return {str(name): one for name, one in stages.items() if isinstance(one, dict)}


def _stage(name: str, spelt: Told, locked: Told, outs: dict[str, list[str]]) -> Told:
    deps = _paths(spelt.get("deps"))
    seen = [one for key in ("deps", "outs") for one in locked.get(key, [])]
    return {
        "name": name,
        "words": spelt.get("desc", ""),
        "cmd": " ".join(str(spelt.get("cmd", "")).split()),
        "deps": deps,
        "outs": outs[name],
        "params": {key: one for told in locked.get("params", {}).values() for key, one in told.items()},
        "digests": {one["path"]: f"{one['hash']}:{one[one['hash']]}" for one in seen if one.get("hash") in one},
        "after": [other for other, made in outs.items() if other != name and _meets(deps, made)],
    }


def _paths(listed: Any) -> list[str]:
    """List paths, which stand alone or carry options."""
    return [one if isinstance(one, str) else str(next(iter(one))) for one in listed or []]


def _meets(deps: list[str], outs: list[str]) -> bool:
    """Tell whether one of the files that are read is, holds or lies in one that is written."""
    pairs = ((Path(dep), Path(out)) for dep in deps for out in outs)
    return any(dep.is_relative_to(out) or out.is_relative_to(dep) for dep, out in pairs)
