"""How a cluster reads selectors and network policies: what every look at the manifests rests on."""

import pytest

from verify.cluster import reach
from verify.cluster.rendered import COMPONENT, Rendered, matches, read

DENY = {"kind": "NetworkPolicy", "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}}


def pod(name):
    labels = {COMPONENT: name}
    return {
        "kind": "Job",
        "metadata": {"name": name},
        "spec": {"template": {"metadata": {"labels": labels}, "spec": {}}},
    }


def policy(name, kind, peer, port):
    rules, peers = ("ingress", "from") if kind == "Ingress" else ("egress", "to")
    spec = {"podSelector": {"matchLabels": {COMPONENT: name}}, "policyTypes": [kind]}
    return {"kind": "NetworkPolicy", "spec": spec | {rules: [{peers: [peer], "ports": [{"port": port}]}]}}


def to(name):
    return {"podSelector": {"matchLabels": {COMPONENT: name}}}


def ways(*objects):
    return reach.flows(Rendered([pod("a"), pod("b"), *objects]))


@pytest.mark.parametrize(
    ("selector", "taken"),
    [
        ({}, True),
        (None, False),
        ({"matchLabels": {"x": "1"}}, True),
        ({"matchLabels": {"x": "2"}}, False),
        ({"matchExpressions": [{"key": "x", "operator": "In", "values": ["1", "2"]}]}, True),
        ({"matchExpressions": [{"key": "x", "operator": "NotIn", "values": ["1"]}]}, False),
        ({"matchExpressions": [{"key": "y", "operator": "Exists"}]}, False),
        ({"matchExpressions": [{"key": "y", "operator": "DoesNotExist"}]}, True),
    ],
)
def test_a_selector_takes_what_kubernetes_says(selector, taken):
    assert matches(selector, {"x": "1"}) is taken


def test_without_a_policy_everybody_speaks_to_everybody():
    assert {("a", "b", 80), ("stranger", "a", 8000), ("a", "cloud credentials", 80)} <= ways()


def test_the_default_denies_all():
    assert ways(DENY) == set()


def test_a_way_is_open_only_where_both_sides_let_it_through():
    leaves, enters = policy("a", "Egress", to("b"), 80), policy("b", "Ingress", to("a"), 80)
    assert ways(DENY, leaves) == ways(DENY, enters) == set()
    assert ways(DENY, leaves, enters) == {("a", "b", 80)}


def test_an_exception_of_a_range_is_closed():
    block = {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8", "169.254.0.0/16"]}}
    assert ways(DENY, policy("a", "Egress", block, 443)) == {("a", "internet", 443)}


def test_another_namespace_is_another_place():
    near = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}
    assert ways(DENY, policy("a", "Ingress", near, 8000)) == {("monitoring", "a", 8000)}
    assert ways(DENY, policy("a", "Ingress", to("monitoring"), 8000)) == set()


def test_what_is_rendered_is_read_without_its_gaps():
    assert read("a: 1\n---\n---\nb: 2\n") == [{"a": 1}, {"b": 2}]
