"""The model on disk becomes the challenger: one version for its bytes, however often this runs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from churn import columns, table
from churn.errors import ModelError
from churn.lifecycle.aliases import CHALLENGER, CHAMPION
from churn.lifecycle.gate import judge
from churn.lifecycle.noninferiority import PERIOD, newer
from churn.lifecycle.one_writer import one_writer
from churn.lifecycle.verdict import Verdict
from churn.lifecycle.version_tags import TEST_TABLE, VERDICT, read_verdict
from churn.params.campaign import Campaign
from churn.params.gate import Gate
from churn.params.register import Register
from churn.scoring.scorer import Scorer
from churn.settings import Settings
from churn.stores import code
from churn.stores.tracking import runs, store
from churn.stores.tracking.registry import Registry, Version

EXAMPLE_ROWS = 3


@dataclass(frozen=True)
class Registered:
    """The version of the model on disk, and what the gate says of it."""

    version: Version
    verdict: Verdict

    @property
    def words(self) -> str:
        """Say which version it is and whether it may be promoted."""
        return f"version {self.version.number} is @{CHALLENGER}; gate: {self.verdict.state} ({self.verdict.reason})"


def register(
    settings: Settings, params: Register, gate: Gate, campaign: Campaign, model: Path, metadata: dict[str, Any],
    metrics: dict[str, Any], rows: pd.DataFrame,
) -> Registered:  # fmt: skip
    """Find or add the version of this model, make it the challenger, judge it; never touch the champion.

    Raises ModelError when the model and its metadata do not belong together, TrackingError when MLflow is away.
    """
    scorer = Scorer.load(model)
    if scorer.digest != metadata.get("digest"):
        raise ModelError(f"{model} and its metadata are of different models; run `dvc repro train`")
    with one_writer(settings):
        registry = Registry(settings.store, params.model)
        version = registry.by_digest(scorer.digest) or _add(registry, params, model, metadata, rows)
        runs.add_metrics(registry.uri, version.run, _figures(metrics))
        registry.tag_version(version.number, TEST_TABLE, table.digest(rows))
        if registry.aliases().get(CHALLENGER) != version.number:
            registry.alias(CHALLENGER, version.number)
        learnt = newer(version.tags, registry.by_alias(CHAMPION))
        verdict = _kept(registry, version) or judge(scorer, champion(registry), metrics, rows, gate, campaign, learnt)
        registry.tag_version(version.number, VERDICT, verdict.model_dump_json())
    return Registered(version, verdict)


def champion(registry: Registry) -> Scorer | None:
    """Fetch the model that answers customers now, if there is one."""
    version = registry.by_alias(CHAMPION)
    return Scorer(registry.fetch(version)) if version else None


def _kept(registry: Registry, version: Version) -> Verdict | None:
    """Give the verdict by which the champion came to be: it is not judged again against itself."""
    return read_verdict(version) if registry.aliases().get(CHAMPION) == version.number else None


def _add(registry: Registry, params: Register, model: Path, metadata: dict[str, Any], rows: pd.DataFrame) -> Version:
    run = runs.keep(registry.uri, params.experiment, metadata)
    digests = {f"digest_{name}": value for name, value in metadata["digests"].items()}
    split = {f"split_{name}": str(value) for name, value in metadata["decision"]["split"].items()}
    tags = {store.MARK: metadata["digest"], "family": metadata["family"], "git_commit": code.commit()}
    if "period" in rows and len(rows):
        tags[PERIOD] = str(int(rows["period"].max()))
    return registry.add(run, model, tags | digests | split, rows[columns.names()].head(EXAMPLE_ROWS))


def _figures(metrics: dict[str, Any]) -> dict[str, float]:
    """Give each metric's value and the ends of its interval, as far as they are numbers."""
    known = {name: one for name, one in metrics.items() if isinstance(one, dict) and "value" in one}
    ends = {"": "value", "_low": "low", "_high": "high"}
    told = {f"test_{name}{end}": one.get(key) for name, one in known.items() for end, key in ends.items()}
    return {name: value for name, value in told.items() if isinstance(value, int | float)}
