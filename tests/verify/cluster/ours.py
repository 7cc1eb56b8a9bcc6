"""What the manifests say of the project: its settings, addresses, commands, images and files are really there."""

import importlib.util
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import yaml
from pydantic import ValidationError

from churn.services.api.app import ROUTERS
from churn.settings import Settings
from verify.cluster.rendered import ROOT, Object, Pod, Rendered

OURS = "ghcr.io/telco-churn/"
FOREIGN = ("AWS_", "DO_NOT_TRACK")
HEALTHY = "/app/healthy"


def settings_faults(objects: Rendered) -> list[str]:
    """Name each setting that nobody reads, or whose value is refused."""
    known = _known()
    told = {one["metadata"]["name"]: one["data"] for one in objects.of("ConfigMap") if _is_environment(one)}
    unread = [f"{name}: nobody reads {key}" for name, data in told.items() for key in data if not _read(key, known)]
    return unread + [fault for data in told.values() for fault in _refused(data)]


def probe_faults(objects: Rendered) -> list[str]:
    """Name each probe that asks what is not there."""
    asked = [(pod, one, probe) for pod in objects.pods() for one in pod.containers for key, probe in one.items()
             if key.endswith("Probe")]  # fmt: skip
    return [fault for pod, one, probe in asked for fault in _asked(pod, one, probe)]


def image_faults(objects: Rendered) -> list[str]:
    """Name each image that is no target of the Dockerfile, no image of compose, or not pinned."""
    used = {one["image"] for pod in objects.pods() for one in pod.containers}
    made = {image.removeprefix(OURS).partition(":")[0].partition("@")[0] for image in used if image.startswith(OURS)}
    composed = {one["image"] for one in _compose()["services"].values() if "image" in one}
    loose = [f"{one} is not pinned" for one in used if one.partition("/")[2].count(":") != 1 or one.endswith(":latest")]
    others = {one for one in used if not one.startswith(OURS)} - composed
    return loose + [f"{one} is not what compose runs" for one in others] + [
        f"image {one}: the Dockerfile and the manifests differ" for one in made ^ _targets()
    ]  # fmt: skip


def command_faults(objects: Rendered) -> list[str]:
    """Name each command that is not there."""
    said = [[*one.get("command", []), *one.get("args", [])] for pod in objects.pods() for one in pod.containers]
    words = [word for words in said for word in (words[-1].split() if words[:2] == ["sh", "-c"] else words)]
    typed = {after for word, after in pairwise(words) if word == "churn"}
    scripts = {word for word in words if word.startswith("scripts/")}
    dockerfile = (ROOT / "docker/Dockerfile").read_text()
    return [
        *(f"churn {one} is no command" for one in typed - _commands()),
        *(f"{one} is not there" for one in scripts if not (ROOT / one).is_file()),
        *(f"no image has {one}" for one in words if one.startswith("/app/") and one not in dockerfile),
    ]


def edge_faults(objects: Rendered) -> list[str]:
    """Name each file of nginx that cluster.conf includes and the ConfigMap lacks, or the other way round."""
    needed = _included("cluster.conf")
    (given,) = [one["data"].keys() for one in objects.of("ConfigMap") if one["metadata"]["name"].startswith("nginx-")]
    return [f"nginx/kustomization.yaml and what cluster.conf includes differ: {one}" for one in needed ^ given]


def _included(name: str) -> set[str]:
    found = set(re.findall(r"^\s*include\s+([\w.]+);", (ROOT / "nginx" / name).read_text(), re.MULTILINE))
    return {name}.union(*(_included(one) for one in found))


def _is_environment(one: Object) -> bool:
    return one["metadata"]["name"].startswith(("settings-", "mlflow-"))


def _known() -> set[str]:
    named = {str(one.alias) for one in Settings.model_fields.values()}
    return named | set(re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def _read(key: str, known: set[str]) -> bool:
    return key in known or key.startswith(FOREIGN) or (key.startswith("MLFLOW_") and _mlflow_names(key))


def _mlflow_names(key: str) -> bool:
    """Look for a setting where MLflow's own command and variables are spelt."""
    spec = importlib.util.find_spec("mlflow")
    home = Path(spec.origin).parent if spec and spec.origin else Path()
    spelt = [home / "environment_variables.py", *home.glob("cli/*.py"), *home.glob("server/*.py")]
    return any(f'"{key}"' in one.read_text() for one in spelt)


def _refused(data: dict[str, str]) -> Iterator[str]:
    try:
        Settings(_env_file=None, **data)
    except ValidationError as fault:
        yield from (f"{error['loc'][0]}: {error['msg']}" for error in fault.errors())


def _asked(pod: Pod, one: Object, probe: Object) -> Iterator[str]:
    path, command = probe.get("httpGet", {}).get("path"), probe.get("exec", {}).get("command", [])
    if path is not None and not _answers(one["name"], path):
        yield f"{pod.name}/{one['name']}: nothing answers {path}"
    if command and command != [HEALTHY] and command[0] != "pg_isready":
        yield f"{pod.name}/{one['name']}: {command} is no probe that we know"
    if command == [HEALTHY] and not one["image"].startswith(OURS):
        yield f"{pod.name}/{one['name']}: only our images have {HEALTHY}"


def _answers(container: str, path: str) -> bool:
    """Look for a path where the container's own program has it."""
    if container == "api":
        return path in {route.path for router in ROUTERS for route in router.routes}
    if container == "dashboard":
        spec = importlib.util.find_spec("streamlit")
        server = Path(spec.origin).parent / "web/server" if spec and spec.origin else Path()
        return path.startswith("/dashboard/") and any(
            path.removeprefix("/dashboard/") in one.read_text() for one in server.rglob("*.py")
        )
    if container == "nginx":
        return any(f"location = {path} " in one.read_text() for one in (ROOT / "nginx").glob("*.conf"))
    return container == "storage" and path in str(_compose()["services"]["storage"]["healthcheck"])


def _targets() -> set[str]:
    found = re.findall(r"^FROM \S+ AS ([a-z]+)$", (ROOT / "docker/Dockerfile").read_text(), re.MULTILINE)
    return set(found) & {"pipeline", "api", "sync", "explainer", "dashboard", "monitor", "mlflow"}


def _compose() -> Object:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def _commands() -> set[str]:
    import typer

    from churn.cli import app

    return set(typer.main.get_command(app).commands)
