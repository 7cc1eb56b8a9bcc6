"""Roll a release out: migrate, apply, wait, look; what does not answer well is taken back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from churn.errors import ChurnError
from churn.services.checks import check
from churn.services.checks.check import Checked
from churn.services.release import cluster
from churn.services.release.cluster import ClusterFault, Deployed

Look = Callable[[], list[Checked]]


class TakenBack(check.Failed):
    """Say why a release was taken back, and what runs now."""


@dataclass(frozen=True)
class Before:
    """What ran before: each Deployment, the images of each CronJob."""

    deployments: dict[str, Deployed]
    schedules: dict[str, dict[str, str]]


def roll_out(objects: Sequence[Mapping[str, Any]], look: Look, seconds: float) -> list[Checked]:
    """Bring an overlay's objects to its namespace, wait `seconds` at most for each Deployment, and look.

    Raises TakenBack when it does not answer well, or is broken off, once what ran before runs again; ClusterFault when
    that fails.
    """
    (namespace,) = {str(one["metadata"]["namespace"]) for one in objects}
    before = Before(cluster.deployments(namespace), cluster.schedules(namespace))
    names = [str(one["metadata"]["name"]) for one in objects if one["kind"] == "Deployment"]
    found: list[Checked] = []
    try:
        cluster.apply(namespace, objects)
        cluster.settled(namespace, names, seconds)
        found = look()
        check.settle(found)
    except (Exception, KeyboardInterrupt) as fault:  # an answer that nobody can read is no good one, either
        words = take_back(namespace, before, seconds)
        told = f"{check.table(found)}\n" if found else ""
        said = str(fault) if isinstance(fault, ChurnError) else repr(fault)
        raise TakenBack(f"{told}{said}\n{words}") from fault
    return found


def take_back(namespace: str, before: Before, seconds: float) -> str:
    """Bring back what ran before, of whatever has changed since. Raises ClusterFault when some of it does not come."""
    found = cluster.deployments(namespace)
    moved = [name for name, one in before.deployments.items() if name in found and found[name].pods != one.pods]
    undone: list[Callable[[], None]] = [
        partial(cluster.undo, namespace, name, before.deployments[name].revision) for name in moved
    ]
    undone += [
        partial(cluster.point, namespace, name, before.schedules[name])
        for name, images in cluster.schedules(namespace).items()
        if before.schedules.get(name, images) != images
    ]
    undone += [partial(cluster.settled, namespace, [name], seconds) for name in moved]
    if faults := [words for one in undone for words in _refused(one)]:
        raise ClusterFault("\n".join(["NOT all of it is taken back; look at once:", *faults]))
    told = [f"{name} (revision {before.deployments[name].revision})" for name in moved]
    new = [f"{name} (new: it stays)" for name in found if name not in before.deployments]
    return f"taken back: {', '.join(told + new) or 'nothing had changed'}"


def _refused(doing: Callable[[], None]) -> list[str]:
    """Do one thing of several; a refusal does not stop the others."""
    try:
        doing()
    except ClusterFault as fault:
        return [str(fault)]
    return []
