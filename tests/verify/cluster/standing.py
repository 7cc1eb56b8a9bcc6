"""What a pod may do to its node: the restricted pod security standard, and what we ask beside it."""

from collections.abc import Iterator

from verify.cluster.rendered import Object, Pod, Rendered

VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
BOUND = {"sizeLimit": "another kind of volume has its own"}
HOST = ("hostNetwork", "hostPID", "hostIPC")


TOO_MUCH = {"*", "secrets", "pods/exec", "pods/attach", "pods/portforward", "impersonate", "escalate", "bind"}
"""What no role of ours needs; rolebindings and roles are an administrator's."""


def faults(objects: Rendered) -> list[str]:
    """Name each pod that the restricted standard or we would refuse, and each namespace that would let it in."""
    open_doors = [
        f"namespace {one['metadata']['name']} enforces no restricted standard"
        for one in objects.of("Namespace")
        if one["metadata"]["labels"].get("pod-security.kubernetes.io/enforce") != "restricted"
    ]
    rights = [fault for one in objects.of("Role", "ClusterRole") for fault in _rights(one)]
    return [*open_doors, *rights, *(fault for pod in objects.pods() for fault in _pod(pod))]


def _rights(role: Object) -> Iterator[str]:
    name = role["metadata"]["name"]
    if role["kind"] == "ClusterRole":
        yield f"role {name} reaches into every namespace"
    for rule in role["rules"]:
        found = TOO_MUCH & {*rule["verbs"], *rule["resources"], *rule["apiGroups"]}
        yield from (f"role {name} may do too much: {one}" for one in sorted(found))


def _pod(pod: Pod) -> Iterator[str]:
    told, spec, volumes = pod.spec["securityContext"], pod.spec, pod.spec.get("volumes", [])
    holds = {
        "runs as root": told.get("runAsNonRoot") is True and told.get("runAsUser", 0) > 0,
        "has no seccomp profile": told.get("seccompProfile", {}).get("type") in {"RuntimeDefault", "Localhost"},
        "sees the host": not any(spec.get(one) for one in HOST),
        "mounts the host": all(VOLUMES & one.keys() for one in volumes),
        "holds a token of the cluster": spec.get("automountServiceAccountToken") is False,
        "has volumes without a bound": all(one.get("emptyDir", BOUND).get("sizeLimit") for one in volumes),
    }  # fmt: skip
    yield from (f"{pod.name} {fault}" for fault, well in holds.items() if not well)
    for one in pod.containers:
        yield from (f"{pod.name}/{one['name']} {fault}" for fault in _container(pod, one))


def _container(pod: Pod, one: Object) -> Iterator[str]:
    told, limits = one.get("securityContext", {}), one.get("resources", {})
    sidecar = one in pod.spec.get("initContainers", [])
    probes = {"livenessProbe"} if sidecar else {"startupProbe", "readinessProbe", "livenessProbe"}
    holds = {
        "may gain rights": told.get("allowPrivilegeEscalation") is False and not told.get("privileged"),
        "keeps capabilities": told.get("capabilities", {}) == {"drop": ["ALL"]},
        "may write to its root": told.get("readOnlyRootFilesystem") is True,
        "has no place for what it writes": "/tmp" in {mount["mountPath"] for mount in one.get("volumeMounts", [])},
        "has no limits": {"cpu", "memory"} <= limits.get("limits", {}).keys() & limits.get("requests", {}).keys(),
        "is not probed": pod.kind.endswith("Job") or probes <= one.keys(),
        "is a sidecar that would have to end first": not sidecar or one.get("restartPolicy") == "Always",
    }
    yield from (fault for fault, well in holds.items() if not well)
