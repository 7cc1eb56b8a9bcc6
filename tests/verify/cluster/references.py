"""What one object says of another: it exists, and it is the one that is meant."""

from collections.abc import Iterator
from typing import Any

from verify.cluster.rendered import Object, Pod, Rendered, matches

KEPT = {"configMap": ("ConfigMap", "name"), "persistentVolumeClaim": ("PersistentVolumeClaim", "claimName")}
"""Volumes by what they take: the kind of object, and the key that names it. Secrets are made elsewhere."""


def faults(objects: Rendered) -> list[str]:
    """Name each reference that leads nowhere, or to another than is meant."""
    looks = (_services, _workloads, _budgets, _scalers, _doors, _roles, _pods, _policies)
    return [fault for look in looks for fault in look(objects)]


def _services(objects: Rendered) -> Iterator[str]:
    for one in objects.of("Service"):
        name, chosen = one["metadata"]["name"], _chosen(objects, {"matchLabels": one["spec"]["selector"]})
        if not chosen:
            yield f"Service {name} selects no pod"
        for port in one["spec"]["ports"]:
            yield from (f"Service {name}: {pod.name} has no port {port['targetPort']}" for pod in chosen
                        if port["targetPort"] not in {*pod.ports, *pod.ports.values()})  # fmt: skip


def _workloads(objects: Rendered) -> Iterator[str]:
    for one in objects.of("Deployment", "StatefulSet"):
        name, selector = one["metadata"]["name"], one["spec"]["selector"]
        found = [pod.name for pod in _chosen(objects, selector)]
        if found != [name]:
            yield f"{one['kind']} {name} selects the pods of {found or 'nobody'}"


def _budgets(objects: Rendered) -> Iterator[str]:
    for one in objects.of("PodDisruptionBudget"):
        if not _chosen(objects, one["spec"]["selector"]):
            yield f"PodDisruptionBudget {one['metadata']['name']} protects no pod"


def _scalers(objects: Rendered) -> Iterator[str]:
    for one in objects.of("HorizontalPodAutoscaler"):
        name, target = one["metadata"]["name"], one["spec"]["scaleTargetRef"]
        scaled = [found for found in objects.of(target["kind"]) if found["metadata"]["name"] == target["name"]]
        if not scaled:
            yield f"HorizontalPodAutoscaler {name} scales {target['name']}, which is not there"
        for found in scaled:
            yield from _measured(name, one["spec"]["metrics"], found)


def _measured(name: str, metrics: list[Any], scaled: Object) -> Iterator[str]:
    if "replicas" in scaled["spec"]:
        yield f"{scaled['metadata']['name']} says replicas, which autoscaler {name} is to say"
    requests = {one["name"]: one["resources"]["requests"] for one in scaled["spec"]["template"]["spec"]["containers"]}
    for metric in metrics:
        asked = metric["containerResource"]
        if asked["name"] not in requests.get(asked["container"], {}):
            yield f"autoscaler {name}: container {asked['container']} requests no {asked['name']}"


def _doors(objects: Rendered) -> Iterator[str]:
    ports = {(one["metadata"]["name"], port["name"]) for one in objects.of("Service") for port in one["spec"]["ports"]}
    for one in objects.of("Ingress"):
        asked = {path["backend"]["service"]["name"]: path["backend"]["service"]["port"]["name"]
                 for rule in one["spec"]["rules"] for path in rule["http"]["paths"]}  # fmt: skip
        yield from (f"Ingress {one['metadata']['name']} sends to {missing}" for missing in asked.items() - ports)


def _roles(objects: Rendered) -> Iterator[str]:
    accounts = objects.names("ServiceAccount")
    for one in objects.of("RoleBinding"):
        if one["roleRef"]["name"] not in objects.names("Role"):
            yield f"RoleBinding {one['metadata']['name']} binds a role that is not there"
        named = {subject["name"] for subject in one["subjects"] if subject["kind"] == "ServiceAccount"}
        yield from (f"RoleBinding {one['metadata']['name']}: no account {name}" for name in named - accounts)


def _pods(objects: Rendered) -> Iterator[str]:
    for pod in objects.pods():
        if pod.spec["serviceAccountName"] not in objects.names("ServiceAccount"):
            yield f"{pod.name}: no account {pod.spec['serviceAccountName']}"
        yield from _volumes(objects, pod)
        for one in pod.containers:
            sources = [source["configMapRef"]["name"] for source in one.get("envFrom", []) if "configMapRef" in source]
            missing = {*sources} - objects.names("ConfigMap")
            yield from (f"{pod.name}/{one['name']}: no ConfigMap {name}" for name in missing)
            yield from _probed(pod, one)
        for spread in pod.spec.get("topologySpreadConstraints", []):
            if not matches(spread["labelSelector"], pod.labels):
                yield f"{pod.name} spreads others than itself"


def _volumes(objects: Rendered, pod: Pod) -> Iterator[str]:
    told = pod.spec.get("volumes", [])
    for one in told:
        for key, (kind, name) in KEPT.items():
            if key in one and one[key][name] not in objects.names(kind):
                yield f"{pod.name}: no {kind} {one[key][name]}"
    claims = [claim["metadata"]["name"] for made in objects.of("StatefulSet") if made["metadata"]["name"] == pod.name
              for claim in made["spec"].get("volumeClaimTemplates", [])]  # fmt: skip
    mounted = {mount["name"] for one in pod.containers for mount in one.get("volumeMounts", [])}
    yield from (f"{pod.name}: volume {name} is not there, or nobody mounts it"
                for name in mounted ^ {*(one["name"] for one in told), *claims})  # fmt: skip


def _probed(pod: Pod, container: Object) -> Iterator[str]:
    own = {port["name"] for port in container.get("ports", [])}
    asked = {container[probe]["httpGet"]["port"] for probe in ("startupProbe", "readinessProbe", "livenessProbe")
             if "httpGet" in container.get(probe, {})}  # fmt: skip
    yield from (f"{pod.name}/{container['name']}: a probe asks port {port}" for port in asked - own)


def _policies(objects: Rendered) -> Iterator[str]:
    for one in objects.of("NetworkPolicy"):
        name, rules = one["metadata"]["name"], [*one["spec"].get("ingress", []), *one["spec"].get("egress", [])]
        peers = [peer for rule in rules for peer in (*rule.get("from", []), *rule.get("to", []))]
        near = [peer["podSelector"] for peer in peers if peer.keys() == {"podSelector"}]
        for selector in (one["spec"]["podSelector"], *near):
            if not _chosen(objects, selector):
                yield f"NetworkPolicy {name} speaks of no pod: {selector}"


def _chosen(objects: Rendered, selector: Object) -> list[Pod]:
    return [pod for pod in objects.pods() if matches(selector, pod.labels)]
