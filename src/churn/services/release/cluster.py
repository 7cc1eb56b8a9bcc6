"""What a release asks of a cluster, through kubectl."""

import json
import subprocess  # nosec B404 kubectl is the interface that operators know
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from churn.errors import ChurnError

SECONDS = 900
REVISION = "deployment.kubernetes.io/revision"
MINE = ("--selector", "app.kubernetes.io/name=telco-churn")


class ClusterFault(ChurnError):
    """Say what the cluster, or kubectl, refused."""


class Deployed(NamedTuple):
    """A Deployment as it is described: the revision, which its controller writes a moment later, and the pods."""

    revision: str
    pods: Mapping[str, Any]


def kubectl(*words: str, told: str | None = None) -> str:
    """Run kubectl, and give what it said. Raises ClusterFault."""
    try:
        done = subprocess.run(  # noqa: S603 # nosec B603 B607 words are this package's own
            ["kubectl", *words],  # noqa: S607
            input=told, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    except FileNotFoundError as fault:
        raise ClusterFault("kubectl is not here; install one as new as the cluster") from fault
    except subprocess.TimeoutExpired as slow:
        raise ClusterFault(f"kubectl {words[0]}: no end within {SECONDS} s") from slow
    if done.returncode:
        raise ClusterFault(f"kubectl {' '.join(words)}: {done.stderr.strip()[:500]}")
    return done.stdout


def deployments(namespace: str) -> dict[str, Deployed]:
    """Give each Deployment as it is described now."""
    return {
        one["metadata"]["name"]: Deployed(
            one["metadata"].get("annotations", {}).get(REVISION, ""), one["spec"]["template"]
        )
        for one in _listed("deployments", namespace)
    }


def schedules(namespace: str) -> dict[str, dict[str, str]]:
    """Give, of each CronJob, the image of each container."""
    return {one["metadata"]["name"]: _images(one) for one in _listed("cronjobs", namespace)}


def apply(namespace: str, objects: Iterable[Mapping[str, Any]]) -> None:
    """Bring objects to the cluster; a finished Job of the same name makes way, for a Job cannot be changed."""
    objects = list(objects)
    for one in objects:
        if one["kind"] == "Job":
            kubectl("delete", "job", one["metadata"]["name"], "--namespace", namespace, "--ignore-not-found")
    kubectl("apply", "--namespace", namespace, "--filename", "-", told=_spelt(objects))


def settled(namespace: str, names: Iterable[str], seconds: float) -> None:
    """Wait until each Deployment runs as it is described. Raises ClusterFault."""
    for name in names:
        kubectl("rollout", "status", f"deployment/{name}", "--namespace", namespace, f"--timeout={seconds:.0f}s")


def undo(namespace: str, name: str, revision: str) -> None:
    """Bring a Deployment back to a revision."""
    kubectl("rollout", "undo", f"deployment/{name}", "--namespace", namespace, f"--to-revision={revision}")


def point(namespace: str, name: str, images: Mapping[str, str]) -> None:
    """Let a CronJob run other images from its next turn on."""
    words = [f"{container}={image}" for container, image in images.items()]
    kubectl("set", "image", f"cronjob/{name}", "--namespace", namespace, *words)


def _listed(kind: str, namespace: str) -> list[dict[str, Any]]:
    return list(json.loads(kubectl("get", kind, "--namespace", namespace, *MINE, "--output", "json"))["items"])


def _images(job: Mapping[str, Any]) -> dict[str, str]:
    pods = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return {one["name"]: one["image"] for one in pods["containers"]}


def _spelt(objects: list[Mapping[str, Any]]) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
