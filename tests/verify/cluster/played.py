"""Pods as kustomize renders them, run by `podman kube play`: without a cluster, but with their own settings and rights.

Podman knows neither native sidecars, Services, fsGroup, claims nor secrets as environment. So sidecars stand among the
containers, each pod has an address of its own that the others know by its Service's name, each volume is a folder of
the pods' group, and secrets are written out. Images, commands, settings, mounts, users and rights are the manifests'.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import yaml

from verify.cluster.rendered import Object, Pod, Rendered
from verify.images.engine import said

NETWORK, SUBNET, PREFIX = "telco-churn-pods", "10.97.43.", "verify-"
ADDRESSES = {name: number for number, name in enumerate(
    ("postgres", "storage", "mlflow", "api", "dashboard", "nginx", "bucket", "migrate", "pipeline", "batch", "monitor",
     "drift"), 10)}  # fmt: skip
GROUP = 10001
LEFT_TO_US = ("ports", "startupProbe", "readinessProbe", "livenessProbe", "lifecycle", "restartPolicy", "envFrom")
"""Probes are asked by the check itself; ports would be published on the machine."""

Secrets = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Played:
    """An overlay whose pods run one by one."""

    folder: Path
    objects: Rendered
    secrets: Secrets

    def play(self, name: str, **more: str) -> Pod:
        """Start a pod, with settings more than its own. Raises RuntimeError with podman's words."""
        (pod,) = [one for one in self.objects.pods() if one.name == name]
        file = self.folder / f"{name}.yaml"
        file.write_text(yaml.safe_dump_all([*self.objects.of("ConfigMap"), self._pod(pod, more)]))
        said("kube", "play", "--network", NETWORK, "--ip", address(name), str(file))
        return pod

    def state(self, pod: str) -> Path:
        """Give the folder of a pod's volumes."""
        return self.folder / pod

    def laid(self, pod: str, place: str) -> Path:
        """Name a file in a pod's volumes before it starts, in folders that are there."""
        file = self.state(pod) / place
        file.parent.mkdir(parents=True)
        return file

    def _pod(self, pod: Pod, more: Mapping[str, str]) -> Object:
        spec = deepcopy(pod.spec)
        spec.pop("topologySpreadConstraints", None)
        named = [{"name": name, "value": value} for name, value in more.items()]
        containers = [*spec["containers"], *spec.pop("initContainers", [])]
        spec["containers"] = [self._container({**one, "env": [*one.get("env", []), *named]}) for one in containers]
        spec["volumes"] = [self._volume(pod, one) for one in [*spec.get("volumes", []), *self._claimed(pod)]]
        spec["hostAliases"] = [{"ip": address(name), "hostnames": [name]} for name in ADDRESSES]
        spec["restartPolicy"] = "Never"
        return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": PREFIX + pod.name}, "spec": spec}

    def _container(self, one: Object) -> Object:
        said_of_secrets = [source["secretRef"]["name"] for source in one.get("envFrom", []) if "secretRef" in source]
        lines = [line for name in said_of_secrets for line in self.secrets.get(name, {}).items()]
        plain = [source for source in one.get("envFrom", []) if "secretRef" not in source]
        env = [_line(line, self.secrets) for line in one.get("env", [])]
        written = [{"name": name, "value": value} for name, value in lines]
        kept = {key: value for key, value in one.items() if key not in LEFT_TO_US}
        return {**kept, "imagePullPolicy": "Never", "env": [*env, *written], "envFrom": plain}

    def _claimed(self, pod: Pod) -> list[Object]:
        owners = [one for one in self.objects.of("StatefulSet") if one["metadata"]["name"] == pod.name]
        return [{"name": claim["metadata"]["name"], "emptyDir": {}} for one in owners
                for claim in one["spec"].get("volumeClaimTemplates", [])]  # fmt: skip

    def _volume(self, pod: Pod, one: Object) -> Object:
        """Make a folder of the pod's group, with the files of what it shows."""
        place = self.state(pod.name) / str(one["name"])
        place.mkdir(parents=True, exist_ok=True)
        for name, text in self._shown(one).items():
            (place / name).write_text(text)
            os.chown(place / name, 0, GROUP)
            (place / name).chmod(0o440)
        os.chown(place, 0, GROUP)
        place.chmod(0o2775)
        return {"name": one["name"], "hostPath": {"path": str(place), "type": "Directory"}}

    def _shown(self, one: Object) -> Mapping[str, str]:
        if "secret" in one:
            return self.secrets[one["secret"]["secretName"]]
        named = one.get("configMap", {}).get("name")
        return {name: text for kept in self.objects.of("ConfigMap") if kept["metadata"]["name"] == named
                for name, text in kept["data"].items()}  # fmt: skip


def container(pod: str, name: str) -> str:
    """Name a container as podman does."""
    return f"{PREFIX}{pod}-{name}"


@contextlib.contextmanager
def playing(folder: Path, objects: Rendered, secrets: Secrets) -> Iterator[Played]:
    """Have a network for pods; leave nothing of it."""
    clear()
    said("network", "create", "--subnet", f"{SUBNET}0/24", NETWORK)
    try:
        yield Played(folder, objects, secrets)
    finally:
        clear()


def clear() -> None:
    """Remove what a run of this check leaves, or left when it was killed."""
    said("pod", "rm", "--force", "--ignore", *(PREFIX + name for name in ADDRESSES), check=False)
    said("network", "rm", "--force", NETWORK, check=False)


def address(name: str) -> str:
    """Give a pod's address, which stands for its Service's."""
    return f"{SUBNET}{ADDRESSES[name]}"


def _line(line: Object, secrets: Secrets) -> Object:
    told = line.get("valueFrom", {}).get("secretKeyRef")
    return {"name": line["name"], "value": secrets[told["name"]][told["key"]]} if told else line
