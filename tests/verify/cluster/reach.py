"""Who may speak to whom, worked out from the network policies as a cluster's network would."""

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from verify.cluster.rendered import Object, Rendered, matches

OWN = ""
"""The namespace of the overlay; others go by their names."""
Flow = tuple[str, str, int]


@dataclass(frozen=True)
class Place:
    """An end of a call: a pod of some namespace, or an address outside the cluster."""

    name: str
    labels: dict[str, str] = field(default_factory=dict, hash=False)
    namespace: str = OWN
    namespace_labels: dict[str, str] = field(default_factory=dict, hash=False)
    address: str = ""


def _far(name: str, labels: dict[str, str] | None = None, **more: str) -> Place:
    return Place(name, labels or {}, name, {"kubernetes.io/metadata.name": name, **more})


OTHERS = (
    _far("kube-system", {"k8s-app": "kube-dns"}),
    _far("ingress", ingress="true"),
    _far("monitoring"),
    _far("stranger"),
    Place("our network", address="10.1.2.3"),
    Place("internet", address="93.184.215.14"),
    Place("cloud credentials", address="169.254.169.254"),
)
PORTS = (53, 80, 443, 5000, 5432, 8000, 8080, 8501, 9000, 9093)


def flows(objects: Rendered) -> set[Flow]:
    """Give every call that the policies let through: from, to, port."""
    ours = [Place(pod.component, dict(pod.labels)) for pod in objects.pods()]
    policies = [one["spec"] for one in objects.of("NetworkPolicy")]
    return {(a.name, b.name, port) for a, b in _pairs(ours) for port in PORTS if _allowed(policies, a, b, port)}


def _pairs(ours: list[Place]) -> Iterator[tuple[Place, Place]]:
    ends = [*ours, *OTHERS]
    return ((a, b) for a in ends for b in ends if a is not b and (a in ours or b in ours))


def _allowed(policies: list[Object], caller: Place, called: Place, port: int) -> bool:
    if caller not in OTHERS and not _passes(policies, caller, called, port, ("Egress", "egress", "to")):
        return False
    return called in OTHERS or _passes(policies, called, caller, port, ("Ingress", "ingress", "from"))


def _passes(policies: Iterable[Object], own: Place, other: Place, port: int, words: tuple[str, str, str]) -> bool:
    """Tell whether one side's policies let it through: with none that speaks of it, everything passes."""
    kind, rules, peers = words
    mine = [one for one in policies if kind in one["policyTypes"] and matches(one["podSelector"], own.labels)]
    if not mine:
        return True
    return any(_rule(rule, rule.get(peers), other, port) for one in mine for rule in one.get(rules, []))


def _rule(rule: Object, peers: list[Object] | None, other: Place, port: int) -> bool:
    ports = {one["port"] for one in rule.get("ports", [])}
    return (not ports or port in ports) and (not peers or any(_peer(one, other) for one in peers))


def _peer(peer: Object, other: Place) -> bool:
    if "ipBlock" in peer:
        return bool(other.address) and _inside(peer["ipBlock"], other.address)
    if other.address:
        return False
    if "namespaceSelector" in peer:
        near = matches(peer["namespaceSelector"], other.namespace_labels)
        return near and ("podSelector" not in peer or matches(peer["podSelector"], other.labels))
    return other.namespace == OWN and matches(peer["podSelector"], other.labels)


def _inside(block: Object, address: str) -> bool:
    where = ipaddress.ip_address(address)
    return where in ipaddress.ip_network(block["cidr"]) and not any(
        where in ipaddress.ip_network(one) for one in block.get("except", [])
    )
