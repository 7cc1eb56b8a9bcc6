"""An overlay as kustomize renders it: its objects, and the pods that they would make."""

import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
TOOLS = ROOT / ".venv-verify/bin"
OVERLAYS = ("dev", "staging", "production", "canary")
COMPONENT = "app.kubernetes.io/component"

Object = dict[str, Any]


@dataclass(frozen=True)
class Pod:
    """A pod that a workload makes."""

    kind: str
    name: str
    labels: Mapping[str, str]
    spec: Object

    @property
    def component(self) -> str:
        """Name what it is for, and the canary's apart."""
        return self.labels[COMPONENT] + ("-canary" if self.labels.get("track") == "canary" else "")

    @property
    def containers(self) -> list[Object]:
        """Give all its containers, sidecars too."""
        return [*self.spec.get("initContainers", []), *self.spec["containers"]]

    @property
    def ports(self) -> dict[str, int]:
        """Give its named ports."""
        return {port["name"]: port["containerPort"] for one in self.containers for port in one.get("ports", [])}


class Rendered(list[Object]):
    """The objects of an overlay."""

    def of(self, *kinds: str) -> list[Object]:
        """Give the objects of these kinds."""
        return [one for one in self if one["kind"] in kinds]

    def names(self, kind: str) -> set[str]:
        """Give the names of the objects of a kind."""
        return {one["metadata"]["name"] for one in self.of(kind)}

    def pods(self) -> Iterator[Pod]:
        """Give a pod for each workload."""
        for one in self.of("Deployment", "StatefulSet", "Job", "CronJob"):
            job = one["spec"]["jobTemplate"]["spec"] if one["kind"] == "CronJob" else one["spec"]
            template = job["template"]
            yield Pod(one["kind"], one["metadata"]["name"], template["metadata"]["labels"], template["spec"])


def text(overlay: str) -> str:
    """Render an overlay. Raises RuntimeError with kustomize's words."""
    words = [str(TOOLS / "kubectl"), "kustomize", str(ROOT / "k8s/overlays" / overlay)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        raise RuntimeError(f"kubectl kustomize k8s/overlays/{overlay}: {done.stderr.strip()}")
    return done.stdout


def read(written: str) -> Rendered:
    """Read what was rendered."""
    return Rendered(one for one in yaml.safe_load_all(written) if one)


def matches(selector: Object | None, labels: Mapping[str, str]) -> bool:
    """Tell whether a label selector takes these labels; an empty one takes all, none at all takes nothing."""
    if selector is None:
        return False
    wanted = selector.get("matchLabels", {}).items()
    return wanted <= labels.items() and all(_holds(one, labels) for one in selector.get("matchExpressions", []))


def _holds(rule: Object, labels: Mapping[str, str]) -> bool:
    key, operator = rule["key"], rule["operator"]
    if operator in {"Exists", "DoesNotExist"}:
        return (key in labels) == (operator == "Exists")
    return (labels.get(key) in rule["values"]) == (operator == "In")
