"""Secrets: the manifests name them and hold none, and secrets.sh makes exactly those that are named."""

import base64
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import yaml

from verify.cluster.rendered import ROOT, TOOLS, Object, Pod, Rendered

SCRIPT = ROOT / "k8s/secrets.sh"
MADE_ELSEWHERE = {"tls", "alerts"}
"""The certificate is cert-manager's; where alerts go is told by scripts/setup_alerts.py, and may stay unsaid."""
ASKED = {
    "CHURN_DATABASE_URL": "postgresql+psycopg://churn:p=a'ss@host/churn",
    "CHURN_ID_KEY": "0123456789abcdef0123456789abcdef",
    "CHURN_API_KEY": "churn-key",
    "MLFLOW_BACKEND_STORE_URI": "postgresql+psycopg://mlflow:pass@host/mlflow",
    "AWS_ACCESS_KEY_ID": "id",
    "AWS_SECRET_ACCESS_KEY": "secret",
}
DEV = {"POSTGRES_PASSWORD": "p", "CHURN_DB_PASSWORD": "c", "MLFLOW_DB_PASSWORD": "m"}


def faults(objects: Rendered, made: dict[str, dict[str, str]]) -> list[str]:
    """Name each secret that is spelt out, or that a pod wants and nobody makes."""
    spelt = [f"Secret {one['metadata']['name']} stands in the manifests" for one in objects.of("Secret")]
    return spelt + [fault for pod in objects.pods() for fault in _wanted(pod, made)]


def written(folder: Path, namespace: str, **more: str) -> dict[str, dict[str, str]]:
    """Run secrets.sh with values of our own; give each secret's lines. Raises CalledProcessError."""
    for name in ("keys.json", "users"):
        (folder / name).write_text(f"{name} of a test")
    files = {"CHURN_KEYS": str(folder / "keys.json"), "MLFLOW_USERS": str(folder / "users")}
    told = _run(namespace, ASKED | files | more)
    secrets = [one for one in yaml.safe_load_all(told.stdout) if one]
    return {one["metadata"]["name"]: {key: base64.b64decode(value).decode() for key, value in one["data"].items()}
            for one in secrets if one["metadata"]["namespace"] == namespace}  # fmt: skip


def unlike(made: dict[str, dict[str, str]]) -> list[str]:
    """Name each value that did not come out as it went in."""
    came = {key: value for lines in made.values() for key, value in lines.items()}
    return [f"secrets.sh garbles {name}" for name, value in ASKED.items() if came.get(name) != value]


def refuses_gaps(folder: Path) -> list[str]:
    """Leave each value out in turn; name those without which secrets.sh goes on."""
    files = {"CHURN_KEYS": str(folder / "keys.json"), "MLFLOW_USERS": str(folder / "users")}
    whole = ASKED | files
    less = {gap: {name: value for name, value in whole.items() if name != gap} for gap in whole}
    return [f"secrets.sh does not miss {gap}" for gap, rest in less.items() if not _run("gap", rest, False).returncode]


def _run(namespace: str, values: dict[str, str], check: bool = True) -> subprocess.CompletedProcess[str]:
    env = {"PATH": f"{TOOLS}:{os.environ['PATH']}", **values}
    return subprocess.run(["sh", str(SCRIPT), namespace], env=env, capture_output=True, text=True, check=check)


def _wanted(pod: Pod, made: dict[str, dict[str, str]]) -> Iterator[str]:
    for name, key in _named(pod):
        if name not in MADE_ELSEWHERE and (name not in made or (key and key not in made[name])):
            yield f"{pod.name} wants secret {name} {key}".rstrip() + ", which secrets.sh does not make"


def _named(pod: Pod) -> Iterator[tuple[str, str]]:
    for one in pod.containers:
        yield from ((source["secretRef"]["name"], "") for source in one.get("envFrom", []) if "secretRef" in source)
        yield from (_key(line) for line in one.get("env", []) if "secretKeyRef" in line.get("valueFrom", {}))
    for volume in pod.spec.get("volumes", []):
        if "secret" in volume:
            yield volume["secret"]["secretName"], ""


def _key(line: Object) -> tuple[str, str]:
    told = line["valueFrom"]["secretKeyRef"]
    return told["name"], told["key"]
