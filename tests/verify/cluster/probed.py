"""The probes of a pod that runs, asked as a kubelet would: by its address, or inside its container."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress

import httpx

from verify.cluster.played import address, container
from verify.cluster.rendered import Object, Pod
from verify.images.engine import KNOWN, said, until

PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
WITHIN = 240.0
"""Seconds from the start of a pod; a start takes as long as the startup probe grants, and this machine is small."""


def asked(pod: Pod) -> list[str]:
    """Wait until every probe of a pod passes; name the first that does not, with the container's last words."""
    for one, probe in probes(pod):
        until(lambda one=one, probe=probe: _passes(pod, one, one[probe]) or _over(pod, one), WITHIN)
        if not _passes(pod, one, one[probe]):
            return [f"{pod.name}/{one['name']}: {probe} does not pass: {_log(pod, one)}"]
    return []


def probes(pod: Pod) -> list[tuple[Object, str]]:
    """Give each container with each of its probes."""
    return [(one, probe) for one in pod.containers for probe in PROBES if probe in one]


def ended(pod: Pod, within: float = WITHIN) -> list[str]:
    """Wait until a job's container has ended well."""
    return [fault for one in pod.containers for fault in _ended(pod, one, within)]


def words(pod: Pod) -> str:
    """Give the last words of a job."""
    return " ".join(_log(pod, one) for one in pod.containers)


def _state(pod: Pod, one: Object) -> list[str]:
    words = ("inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", container(pod.name, one["name"]))
    return said(*words).split()


def _over(pod: Pod, one: Object) -> bool:
    return _state(pod, one)[0] == "exited"


def _ended(pod: Pod, one: Object, within: float) -> Iterator[str]:
    until(lambda: _over(pod, one), within)
    if (found := _state(pod, one)) != ["exited", "0"]:
        yield f"{pod.name}/{one['name']} {' '.join(found)}: {_log(pod, one)}"


def _passes(pod: Pod, one: Object, probe: Object) -> bool:
    if "exec" in probe:
        words = ("podman", "exec", container(pod.name, one["name"]), *probe["exec"]["command"])
        return subprocess.run(words, env=os.environ | KNOWN, capture_output=True, check=False).returncode == 0
    told = probe["httpGet"]
    with suppress(httpx.TransportError):
        url = f"http://{address(pod.name)}:{pod.ports[told['port']]}{told['path']}"
        return 200 <= httpx.get(url, timeout=5).status_code < 400
    return False


def _log(pod: Pod, one: Object) -> str:
    return " ".join(said("logs", "--tail", "8", container(pod.name, one["name"]), check=False).split())[-400:]
