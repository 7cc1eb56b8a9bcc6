"""What the registry tells of one version, for people who look at it beside another."""

from typing import Any

from churn.errors import TrackingError
from churn.lifecycle.snapshot import retirement
from churn.lifecycle.version_tags import TEST_TABLE, read_verdict
from churn.steps.evaluate.intervals import Interval
from churn.stores.tracking import retirements
from churn.stores.tracking.registry import Registry, Version
from churn.stores.tracking.trainings import finite, moment

TEST = "test_"
"""Stage evaluate's figures bear this before their names."""
ENDS = ("_low", "_high")


def facts(registry: Registry, version: Version) -> dict[str, Any]:
    """Give family, data, aliases, verdict and retirement of a version."""
    aliases, tags = registry.marks()
    verdict = read_verdict(version)
    return {
        "version": version.number,
        "family": version.tags.get("family"),
        "created": moment(version.created),
        "aliases": sorted(alias for alias, number in aliases.items() if number == version.number),
        "model": version.digest,
        "data": version.tags.get("digest_data"),
        "test_table": version.tags.get(TEST_TABLE),
        "gate": verdict.state if verdict else None,
        "retired": retirement(retirements.read(tags).standing.get(version.digest)),
    }


def figures(registry: Registry, version: Version) -> dict[str, float | None]:
    """Give all that was logged with a version; nothing when its run was purged.

    Raises TrackingError when the registry is away.
    """
    try:
        return finite(registry.metrics(version))
    except TrackingError:
        registry.marks()  # raises if it is the registry that is away
        return {}


def logged(registry: Registry, version: Version) -> dict[str, Interval]:
    """Give the figures of stage evaluate that were logged with a version, with what intervals were logged beside."""
    known = figures(registry, version)
    names = [one for one in known if one.startswith(TEST) and not _is_end(one, known)]
    return {name.removeprefix(TEST): _interval(name, known) for name in names}


def _is_end(name: str, known: dict[str, float | None]) -> bool:
    return any(name.endswith(end) and name.removesuffix(end) in known for end in ENDS)


def _interval(name: str, known: dict[str, float | None]) -> Interval:
    low, high = (known.get(f"{name}{end}") for end in ENDS)
    if known[name] is None:
        return Interval(None, reason="what was logged is no number")
    if low is None or high is None:
        return Interval(known[name], reason="no interval was logged")
    return Interval(known[name], low, high)
