"""What the registry holds, as plain JSON, so that workers can tell of it without MLflow."""

from dataclasses import asdict
from typing import Any

from churn.errors import TrackingError
from churn.lifecycle.version_tags import VERDICT, read_verdict
from churn.params.register import Register
from churn.stores.tracking import records, retirements, store, trainings
from churn.stores.tracking.records import Record
from churn.stores.tracking.registry import Registry, Version
from churn.stores.tracking.retirements import Deed
from churn.stores.tracking.trainings import finite, moment


def snapshot(registry: Registry, params: Register) -> dict[str, Any]:
    """Take down versions, promotions and experiments; the same registry gives the same JSON. Raises TrackingError."""
    aliases, tags = registry.marks()
    retired = retirements.read(tags).standing
    runs = trainings.trainings(registry.uri, params.experiment)
    figures = {one["id"]: one["metrics"] for one in runs}
    return {
        "model": registry.name,
        "store": store.redacted(registry.uri),
        "aliases": aliases,
        "versions": [
            _version(registry, one, aliases, figures) | {"retired": retirement(retired.get(one.digest))}
            for one in registry.versions()
        ],
        "promotions": [promotion(one) for one in records.read(registry)],
        "experiments": [{"name": params.experiment, "trainings": runs}],
    }


def promotion(record: Record) -> dict[str, Any]:
    """Give a promotion record as JSON, with its fault if it cannot be trusted."""
    ending = {"ending": record.ending, "ended": record.ended, "fault": record.fault, "mended": record.mended}
    return asdict(record.intent) | ending


def retirement(deed: Deed | None) -> dict[str, str] | None:
    """Give a retirement as JSON."""
    return {"when": deed.when, "who": deed.who, "why": deed.why, "words": deed.words} if deed else None


def _version(
    registry: Registry, version: Version, aliases: dict[str, int], figures: dict[str, dict[str, float | None]]
) -> dict[str, Any]:
    known = figures.get(version.run)
    return {
        "number": version.number,
        "digest": version.digest,
        "family": version.tags.get("family", ""),
        "run": version.run,
        "created": moment(version.created),
        "aliases": sorted(alias for alias, number in aliases.items() if number == version.number),
        "tags": {name: value for name, value in sorted(version.tags.items()) if name != VERDICT},
        "metrics": known if known is not None else metrics(registry, version),
        "verdict": verdict(version),
    }


def verdict(version: Version) -> dict[str, Any] | None:
    """Give the gate's verdict of a version as JSON, without single customers; None where it has none."""
    found = read_verdict(version)
    return found.told() if found else None


def metrics(registry: Registry, version: Version) -> dict[str, float | None]:
    """Give the figures of a version; none when its run was purged: the version counts all the same."""
    try:
        return finite(registry.metrics(version))
    except TrackingError:
        return {}
