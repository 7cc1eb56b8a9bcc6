"""The check of docker-compose.yml finds what it looks for."""

import copy
from typing import Any

import pytest

from verify.row import Result
from verify.stack import written

CONFINED: dict[str, Any] = {
    "read_only": True,
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges:true"],
    "mem_limit": "1",
    "cpus": 1,
    "pids_limit": 1,
    "healthcheck": {"test": ["CMD", "/app/healthy"]},
}
OURS = {name: CONFINED | {"image": f"ghcr.io/telco-churn/{name}:dev"} for name in written.TARGETS}
EDGE = CONFINED | {"image": "docker.io/library/nginx:1.30.4", "profiles": ["prod"], "ports": [{"target": 8443}]}
GOOD = {"services": OURS | {"nginx": EDGE}, "networks": {"back": {"internal": True}}}


def test_a_confined_stack_passes():
    assert written.held(GOOD).result is Result.PASSED


@pytest.mark.parametrize(
    ("service", "change", "found"),
    [
        ("api", {"read_only": False}, "its root is writable"),
        ("api", {"cap_add": ["NET_ADMIN"]}, "it keeps capabilities"),
        ("api", {"security_opt": []}, "it may gain privileges"),
        ("api", {"privileged": True}, "it is privileged"),
        ("api", {"healthcheck": {"disable": True}}, "no health check"),
        ("api", {"ports": [{"target": 8000}]}, "port 8000 is published"),
        ("nginx", {"profiles": []}, "it publishes ports in every profile"),
        ("nginx", {"profiles": ["dev"]}, "leaves this machine"),
        ("nginx", {"image": "docker.io/library/nginx:latest"}, "is not one exact tag"),
        ("nginx", {"depends_on": {"api": {"condition": "service_started"}}}, "not until it is well"),
    ],
)
def test_what_is_open_is_found(service: str, change: dict[str, Any], found: str):
    told = copy.deepcopy(GOOD)
    told["services"][service] |= change
    row = written.held(told)
    assert row.result is Result.FAILED
    assert found in row.words
