"""A folder with a registry of two versions and a bundle of the first, made once and copied for each drill."""

import json
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import models
from churn import columns
from churn.lifecycle import promotion
from churn.lifecycle.promotion import Author
from churn.services.sync.sync import Sync

ROOT = Path(__file__).parents[2]


def place(folder: Path) -> Path:
    """Make the folder: version 1 is served, version 2 waits in the registry."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy2(ROOT / "params.yaml", folder)
    known = models.empty_store(folder / "template.db", folder).model_copy(update={
        "bundle_dir": folder / "bundle", "database_url": f"sqlite:///{folder}/ledger.db",
    })  # fmt: skip
    for trained in (models.model(noise=0.3, rows=400), models.model()):
        models.on_disk(trained, folder)
        models.enter_from_disk(known, folder)
        promotion.promote(known, models.REGISTER, Author("drill", "to be moved to and fro"))
    sync = Sync(known, models.REGISTER)
    for version in (2, 1):
        sync.open().alias("champion", version)
        sync.turn()
    return folder


def copy(made: Path, folder: Path) -> Path:
    """Copy what was made; the registry's files stay where they are."""
    folder.mkdir()
    shutil.copytree(made / "bundle", folder / "bundle")
    for name in ("mlflow.db", "params.yaml"):
        shutil.copy2(made / name, folder)
    return folder


@cache
def customers() -> tuple[dict[str, Any], ...]:
    """Invent customers to ask about."""
    rows = models.test_rows()[columns.names()].head(500).astype({"SeniorCitizen": "int64", "tenure": "int64"})
    return tuple(json.loads(rows.to_json(orient="records")))
