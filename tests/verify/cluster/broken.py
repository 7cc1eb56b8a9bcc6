"""The looks themselves: what is broken on purpose must be seen, or they are worth nothing."""

from collections.abc import Callable
from copy import deepcopy

from verify.cluster import intended, ours, reach, references, standing
from verify.cluster.rendered import Object, Rendered

Look = Callable[[Rendered], list[str]]


def unseen(objects: Rendered) -> list[str]:
    """Break one thing after another; name what nobody saw."""
    return [f"nobody sees: {words}" for words, (look, wreck) in BREAKS.items() if not look(_wrecked(objects, wreck))]


def _wrecked(objects: Rendered, wreck: Callable[[Rendered], None]) -> Rendered:
    copy = Rendered(deepcopy(list(objects)))
    wreck(copy)
    return copy


def _one(objects: Rendered, kind: str, name: str) -> Object:
    (found,) = [one for one in objects.of(kind) if one["metadata"]["name"].startswith(name)]
    return found


def _api(objects: Rendered) -> Object:
    pod: Object = _one(objects, "Deployment", "api")["spec"]["template"]["spec"]
    return pod


def _container(objects: Rendered) -> Object:
    one: Object = _api(objects)["containers"][0]
    return one


def _without(objects: Rendered, kind: str, name: str) -> None:
    objects.remove(_one(objects, kind, name))


def _settings(objects: Rendered) -> Object:
    data: Object = _one(objects, "ConfigMap", "settings")["data"]
    return data


def _ways(objects: Rendered) -> list[str]:
    return [str(way) for way in reach.flows(objects) ^ intended.flows(objects)]


BREAKS: dict[str, tuple[Look, Callable[[Rendered], None]]] = {
    "a Service that selects nobody": (
        references.faults, lambda it: _one(it, "Service", "api")["spec"]["selector"].update(track="none")),
    "a Service on a port that no pod has": (
        references.faults, lambda it: _one(it, "Service", "mlflow")["spec"]["ports"][0].update(targetPort="web")),
    "a ConfigMap that is gone": (references.faults, lambda it: _without(it, "ConfigMap", "settings")),
    "an account that is gone": (references.faults, lambda it: _without(it, "ServiceAccount", "jobs")),
    "a claim that is gone": (references.faults, lambda it: _without(it, "PersistentVolumeClaim", "batch")),
    "replicas that fight the autoscaler": (
        references.faults, lambda it: _one(it, "Deployment", "api")["spec"].update(replicas=1)),
    "a probe of a port that is not open": (
        references.faults, lambda it: _container(it)["readinessProbe"]["httpGet"].update(port="admin")),
    "a writable root": (
        standing.faults, lambda it: _container(it)["securityContext"].update(readOnlyRootFilesystem=False)),
    "a pod that runs as root": (standing.faults, lambda it: _api(it)["securityContext"].update(runAsNonRoot=False)),
    "a pod with a token": (standing.faults, lambda it: _api(it).update(automountServiceAccountToken=True)),
    "a sidecar that has to end first": (standing.faults, lambda it: _api(it)["initContainers"][0].pop("restartPolicy")),
    "a role that reads secrets": (
        standing.faults, lambda it: _one(it, "Role", "oncall")["rules"][0]["resources"].append("secrets")),
    "a container without limits": (standing.faults, lambda it: _container(it).pop("resources")),
    "a setting that nobody reads": (ours.settings_faults, lambda it: _settings(it).update(CHURN_WORKERS="2")),
    "a setting whose value is refused": (ours.settings_faults, lambda it: _settings(it).update(CHURN_API_PORT="http")),
    "a probe of a path that is not there": (
        ours.probe_faults, lambda it: _container(it)["livenessProbe"]["httpGet"].update(path="/healthz")),
    "an image that nobody builds": (ours.image_faults, lambda it: _container(it).update(image=ours.OURS + "web:1")),
    "an image that is not pinned": (ours.image_faults, lambda it: _container(it).update(image=ours.OURS + "api")),
    "a command that is not there": (
        ours.command_faults, lambda it: _container(it).update(command=["churn", "serve-all"])),
    "a part of nginx that is left out": (
        ours.edge_faults, lambda it: _one(it, "ConfigMap", "nginx")["data"].pop("routes.conf")),
    "no default deny": (_ways, lambda it: _without(it, "NetworkPolicy", "nobody")),
    "a way too many": (_ways, lambda it: _one(it, "NetworkPolicy", "dashboard")["spec"]["egress"].append({})),
    "a way that is closed": (_ways, lambda it: _without(it, "NetworkPolicy", "alerts")),
}  # fmt: skip
