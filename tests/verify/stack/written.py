"""docker-compose.yml as it is written: what docker-compose itself makes of it, and what each service must say."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from verify.row import Row, judged

FILE = "docker-compose.yml"
TARGETS = {"api", "sync", "explainer", "dashboard", "monitor", "mlflow", "pipeline"}
EDGES = {"nginx": {8080, 8443}, "nginx-dev": {8080}, "doors": {3000, 5000, 8000, 8501, 9090, 9093}}
EPHEMERAL = {"migrate", "bucket", "pipeline"}
PINNED = re.compile(r".+:v?\d+\.\d+(\.\d+)?$")
SCHEMA = ("--builtin-schema", "vendor.compose-spec")


def schema(root: Path) -> Row:
    """Hold the file against the specification's own schema."""
    words = (str(Path(sys.executable).parent / "check-jsonschema"), *SCHEMA, FILE)
    done = subprocess.run(words, cwd=root, check=False, capture_output=True, text=True)
    return judged(FILE, "check-jsonschema vendor.compose-spec", [done.stdout[-300:]] if done.returncode else [])


def secretless(root: Path, folder: Path) -> Row:
    """Without its secrets it must not start, and say what to do."""
    env = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    words = ("docker-compose", "--env-file", os.devnull, "config", "-q")
    done = subprocess.run(words, cwd=root, env=env, check=False, capture_output=True, text=True)
    faults = [] if done.returncode and "run make compose-secrets" in done.stderr else ["it starts without secrets"]
    return judged(FILE, "docker-compose config without .env", faults, "refused: run make compose-secrets")


def read(folder: Path, env: dict[str, str]) -> dict[str, Any]:
    """Read the file as docker-compose does, every profile on."""
    words = ("docker-compose", "--profile", "*", "config", "--format", "json")
    told = subprocess.run(words, cwd=folder, env=env, check=True, capture_output=True)
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def held(told: dict[str, Any]) -> Row:
    """Hold every service to what all promise."""
    services = told["services"]
    faults = [f"{name}: {words}" for name, one in services.items() for words in [*_confined(one), *_open(name, one)]]
    faults += [f"{name}: no health check" for name, one in services.items() if not _probed(name, one)]
    faults += [f"{name}: {one['image']} is not one exact tag" for name, one in services.items() if not _pinned(one)]
    faults += [f"{name} is built by nobody" for name in TARGETS - {_target(one) for one in services.values()}]
    faults += [f"{name} waits for {other} but not until it is well" for name, other in _hasty(services)]
    faults += [] if told["networks"]["back"].get("internal") else ["network back reaches the world"]
    said = f"{len(services)} services: read-only root, no capability, no new privileges, limits, health, exact tags"
    return judged(FILE, "docker-compose config, every service asked", faults, said)


def _confined(one: dict[str, Any]) -> list[str]:
    asked = {
        "its root is writable": one.get("read_only") is True,
        "it keeps capabilities": one.get("cap_drop") == ["ALL"] and not one.get("cap_add"),
        "it may gain privileges": one.get("security_opt") == ["no-new-privileges:true"],
        "no limit of memory": "mem_limit" in one,
        "no limit of processors": "cpus" in one,
        "no limit of processes": "pids_limit" in one,
        "it is privileged": not one.get("privileged"),
    }
    return [words for words, kept in asked.items() if not kept]


def _open(name: str, one: dict[str, Any]) -> list[str]:
    """Name ports that are published and should not be; what is of dev stays on this machine."""
    allowed = EDGES.get(name, set())
    ports = one.get("ports", [])
    faults = [f"port {port['target']} is published" for port in ports if port["target"] not in allowed]
    if one.get("profiles") == ["dev"]:
        faults += [f"port {port['target']} leaves this machine" for port in ports if port.get("host_ip") != "127.0.0.1"]
    elif ports and one.get("profiles") != ["prod"]:
        faults.append("it publishes ports in every profile")
    return faults


def _probed(name: str, one: dict[str, Any]) -> bool:
    return name in EPHEMERAL or "test" in one.get("healthcheck", {})


def _pinned(one: dict[str, Any]) -> bool:
    return bool(PINNED.match(one["image"])) or _target(one) in TARGETS


def _target(one: dict[str, Any]) -> str:
    """Name the target of the Dockerfile that an image of ours is."""
    found = re.match(r".+/telco-churn/([a-z]+):", one["image"])
    return found[1] if found else ""


def _hasty(services: dict[str, Any]) -> list[tuple[str, str]]:
    waits = [(name, other, how["condition"]) for name, one in services.items() if name != "doors"
             for other, how in one.get("depends_on", {}).items()]  # fmt: skip
    return [(name, other) for name, other, how in waits if how == "service_started"]
