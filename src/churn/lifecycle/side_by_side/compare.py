"""Put two versions side by side; where they cannot be measured, say why."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from churn import table
from churn.errors import ChurnError, ModelError, TrackingError
from churn.lifecycle.delivery import find
from churn.lifecycle.registered_facts import facts, logged
from churn.lifecycle.side_by_side.measured import Knobs, Measured, measure_together
from churn.lifecycle.version_tags import TEST_TABLE
from churn.scoring.scorer import Scorer
from churn.settings import Settings
from churn.steps.evaluate.intervals import Interval
from churn.stores import tables
from churn.stores.tracking.registry import Registry, Version


@dataclass(frozen=True)
class SideBySide:
    """Two versions: what is known of each, and both measured, or why that cannot be done."""

    facts: tuple[dict[str, Any], dict[str, Any]]
    logged: tuple[dict[str, Interval], dict[str, Interval]]
    table: dict[str, Any]
    measured: Measured | None
    unknown: str = ""

    @property
    def numbers(self) -> tuple[int, int]:
        """Give the numbers of both versions."""
        return int(self.facts[0]["version"]), int(self.facts[1]["version"])

    def plain(self) -> dict[str, Any]:
        """Give it as JSON."""
        sides = [
            known | {"logged": {name: one.plain() for name, one in figures.items()}}
            for known, figures in zip(self.facts, self.logged, strict=True)
        ]
        return {
            "versions": sides,
            "table": self.table,
            "unknown": self.unknown or None,
            "measured": self.measured.plain() if self.measured else None,
        }


def compare(settings: Settings, params: Knobs, a: int, b: int, test: Path) -> SideBySide:
    """Put two versions side by side; what cannot be measured is unknown, and why is said.

    Raises ModelError for a version that is not there, TrackingError when the registry is away.
    """
    if a == b:
        raise ModelError(f"version {a} beside itself tells nothing; name two versions")
    registry = Registry(settings.store, params.register.model)
    versions = find(registry, a), find(registry, b)
    told = facts(registry, versions[0]), facts(registry, versions[1])
    figures = logged(registry, versions[0]), logged(registry, versions[1])
    provenance: dict[str, Any] = {"path": str(test), "digest": None, "rows": None}
    measured, unknown = None, ""
    try:
        rows = _rows(test)
        provenance |= {"digest": table.digest(rows), "rows": len(rows)}
        measured = measure_together(rows, _scorer(registry, versions[0]), _scorer(registry, versions[1]), params)
    except Exception as fault:  # noqa: BLE001  whatever stops the measuring, nothing was measured
        registry.marks()  # raises if it is the registry that is away
        unknown = str(fault) if isinstance(fault, ChurnError) else f"{type(fault).__name__}: {fault}"
    same = [_same(one.tags.get(TEST_TABLE), provenance["digest"]) for one in versions]
    return SideBySide(told, figures, provenance | {"measured_on_it": same}, measured, unknown)


def _rows(test: Path) -> pd.DataFrame:
    if not test.is_file():
        raise ModelError(f"{test} is not there; `dvc repro prepare` or `dvc pull` brings the test rows")
    return tables.read_typed(test)


def _scorer(registry: Registry, version: Version) -> Scorer:
    """Fetch a model. Raises ModelError when the registry cannot give it, or it is none of ours."""
    try:
        return Scorer(registry.fetch(version))
    except (TrackingError, ModelError) as fault:
        raise ModelError(f"version {version.number} cannot be fetched: {fault}") from fault


def _same(tagged: str | None, digest: str | None) -> bool | None:
    return tagged == digest if tagged and digest else None
