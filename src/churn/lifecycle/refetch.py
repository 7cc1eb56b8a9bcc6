"""Fetch the raw table anew, say whether it changed, and run what follows from it."""

import os
import subprocess  # nosec B404 dvc is run with fixed words
import sys
from pathlib import Path

from churn import table
from churn.errors import ChurnError
from churn.stores import files
from churn.stores.raw_table import read_raw


def refetch() -> str:
    """Fetch the raw table, whatever DVC thinks of it; give its old and new digest in words. Raises ChurnError."""
    path = _raw_table()
    before = _digest(path)
    repro("--force", "--single-item", "ingest")
    after = _digest(path)
    same = "the same rows" if before == after else "other rows"
    return f"{path}: {same}\n  before {before or 'no table'}\n  now    {after}"


def repro(*words: str) -> None:
    """Run `dvc repro` with these words. Raises ChurnError if it fails."""
    command = [sys.executable, "-m", "dvc", "repro", *words]
    seeing = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    if subprocess.run(command, env=seeing, check=False).returncode:  # noqa: S603 # nosec B603 words are this module's own
        raise ChurnError("`dvc repro` failed, for the reason above; the registry and its champion are as they were")


def _raw_table() -> Path:
    """Find the raw table's place in dvc.yaml. Raises ChurnError outside a project."""
    project = Path("dvc.yaml")
    if not project.exists():
        raise ChurnError("no dvc.yaml here; run this in the project's top folder")
    (declared,) = files.read_yaml(project)["stages"]["ingest"]["outs"]
    return Path(next(iter(declared)))


def _digest(path: Path) -> str | None:
    """Digest the rows of the raw table without their ids, or give None where there is no table."""
    return table.digest(table.typed(read_raw(path))) if path.exists() else None
