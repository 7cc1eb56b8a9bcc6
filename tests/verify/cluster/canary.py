"""The canary is production and one more deployment; what its runbook types finds what it names."""

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise

from verify.cluster.rendered import ROOT, Object, Rendered, matches

PAGE = ROOT / "monitoring/runbooks/canary.md"
NAME = "api-canary"
WANTS = {
    "apply": ("deployments", "patch"),
    "delete": ("deployments", "delete"),
    "diff": ("deployments", "get"),
    "get": ("pods", "list"),
    "logs": ("pods/log", "get"),
    "rollout": ("deployments", "patch"),
    "scale": ("deployments/scale", "patch"),
}
"""What kubectl asks of the cluster for each of its own commands: a resource, and the right to it."""


def faults(production: Rendered, canary: Rendered) -> list[str]:
    """Name what the canary changes beside adding its pods, and each command that would find nothing."""
    added = [one for one in canary if one not in production]
    names = [f"{one['kind']}/{one['metadata']['name']}" for one in added]
    wrong = [] if names == [f"Deployment/{NAME}"] else [f"the canary adds {names}"]
    lost = [f"the canary changes {one['kind']} {one['metadata']['name']}" for one in production if one not in canary]
    return [*wrong, *lost, *_shared(canary), *_commands(canary), *_forbidden(canary)]


def _shared(canary: Rendered) -> Iterator[str]:
    """Both kinds of pods take calls, and only the stable ones are scaled."""
    (service,) = [one for one in canary.of("Service") if one["metadata"]["name"] == "api"]
    taken = {
        pod.component for pod in canary.pods() if matches({"matchLabels": service["spec"]["selector"]}, pod.labels)
    }
    if taken != {"api", NAME}:
        yield f"Service api sends to {sorted(taken)}"
    if [one["spec"]["scaleTargetRef"]["name"] for one in canary.of("HorizontalPodAutoscaler")] != ["api"]:
        yield "an autoscaler takes the canary"


def commands() -> list[list[str]]:
    """Give the words of each kubectl command of the page."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True) for line in lines if line.startswith("kubectl ")]


def _commands(canary: Rendered) -> Iterator[str]:
    said = commands()
    if len(said) < 5:
        yield f"{PAGE.name} types only {len(said)} commands"
    for words in said:
        yield from (f"{shlex.join(words)}: {fault}" for fault in _command(words, canary))


def _command(words: list[str], canary: Rendered) -> Iterator[str]:
    for flag, value in pairwise(words):
        if flag == "-k" and not (ROOT / value / "kustomization.yaml").is_file():
            yield f"no folder {value}"
        if flag in {"-n", "--namespace"} and value not in canary.names("Namespace"):
            yield f"no namespace {value}"
        if flag == "-l" and (found := _labelled(value, canary)) != [NAME]:
            yield f"-l {value} finds {found}"
    yield from (f"no {one}" for one in words if one.startswith("deployment/")
                and one.removeprefix("deployment/") not in canary.names("Deployment"))  # fmt: skip


def _forbidden(canary: Rendered) -> Iterator[str]:
    """Name each command of the page that the role of who releases does not allow."""
    (role,) = [one for one in canary.of("Role") if one["metadata"]["name"] == "release"]
    allowed = {(what, verb) for rule in role["rules"] for what in rule["resources"] for verb in rule["verbs"]}
    asked = {WANTS[word] for words in commands() for word in words[:4] if word in WANTS}
    yield from (f"role release may not {verb} {what}" for what, verb in sorted(asked - allowed))


def _labelled(value: str, canary: Rendered) -> list[str]:
    wanted: Object = {"matchLabels": dict(part.split("=") for part in value.split(","))}
    return [one["metadata"]["name"] for one in canary.of("Deployment") if matches(wanted, one["metadata"]["labels"])]
