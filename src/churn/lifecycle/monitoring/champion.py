"""The model in service as monitoring knows it: its scorer, what it was tested at, and what was normal for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from churn.errors import ChurnError, TrackingError
from churn.lifecycle.aliases import CHAMPION
from churn.scoring.scorer import Scorer
from churn.settings import Settings
from churn.stores import tables, whole
from churn.stores.tracking import references
from churn.stores.tracking.registry import Registry, Version

KEPT = "monitor"
"""The folder beside the locks that keeps reference tables, so that a registry that is away stops nothing."""
FEW = 1000
"""Rows that a model is taken to be trained on where nobody tells: few, so that it is judged mildly."""


@dataclass(frozen=True)
class Model:
    """One version; `figures` are those of its test, `lacks` says what of it could not be had, nothing if all could."""

    version: int
    digest: str
    figures: Mapping[str, float]
    trained_on: int = FEW
    scorer: Scorer | None = None
    run: str = ""
    """The MLflow run it was trained in; empty where it is not known."""
    reference: pd.DataFrame | None = None
    lacks: str = ""
    away: bool = False
    """Whether the registry did not answer."""


def champion(known: Settings, name: str) -> Model | None:
    """Give the champion; from this host's bundle while the registry is away. None where there is none at all."""
    try:
        return _registered(known, name)
    except ChurnError as fault:
        return _at_hand(known, str(fault))


def other(known: Settings, name: str, number: int) -> Model | None:
    """Give what a version was tested at; None where the registry does not tell."""
    try:
        found = next((one for one in Registry(known.store, name).versions() if one.number == number), None)
        return None if found is None else Model(found.number, found.digest, *_facts(known, found.run))
    except TrackingError:
        return None


def _registered(known: Settings, name: str) -> Model | None:
    registry = Registry(known.store, name)
    version = registry.by_alias(CHAMPION)
    if version is None:
        return None
    reference, lacks = _reference(known, version)
    held = whole.held(known.bundle_dir, version.number, version.digest)
    scorer = Scorer(held.model if held else registry.fetch(version))
    return Model(version.number, version.digest, *_facts(known, version.run), scorer, version.run, reference, lacks)


def _at_hand(known: Settings, fault: str) -> Model | None:
    """Take what is on this host."""
    served = whole.serving(known.bundle_dir)
    if served is None:
        return None
    place = _place(known, served.digest)
    reference = tables.read_typed(place) if place.exists() else None
    figures = {str(key): float(value) for key, value in (served.manifest.get("metrics") or {}).items()}
    rows = FEW if reference is None else len(reference)
    return Model(
        served.version, served.digest, figures, rows, Scorer(served.model), reference=reference, lacks=fault, away=True
    )


def _reference(known: Settings, version: Version) -> tuple[pd.DataFrame | None, str]:
    place = _place(known, version.digest)
    if not place.exists() and references.fetch(known.store, version.run, place) is None:
        return None, f"no reference table was logged with version {version.number}: register it again"
    return tables.read_typed(place), ""


def _place(known: Settings, digest: str) -> Path:
    return known.lock_dir / KEPT / f"{digest}.parquet"


def _facts(known: Settings, run: str) -> tuple[dict[str, float], int]:
    metrics, said = references.facts(known.store, run)
    return metrics, _whole_number(said.get("rows"))


def _whole_number(told: Any) -> int:
    return int(told) if str(told).isascii() and str(told).isdigit() and int(told) > 0 else FEW
