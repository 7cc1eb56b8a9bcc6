"""Kubernetes: each overlay rendered, validated, scanned, and held to what we mean by it. No cluster runs here."""

from collections.abc import Callable, Iterator
from pathlib import Path

from verify.cluster import broken, canary, intended, kept_apart, ours, policy, reach, references, schemas, standing
from verify.cluster.rendered import OVERLAYS, TOOLS, Rendered, read, text
from verify.row import Row, judged, not_run

LOOKS: dict[str, Callable[[Rendered], list[str]]] = {
    "names and selectors lead where they are meant to": references.faults,
    "the restricted standard and our own, pod by pod": standing.faults,
    "settings: each is read, each value is taken": ours.settings_faults,
    "probes ask what their program answers": ours.probe_faults,
    "images are the Dockerfile's targets and compose's": ours.image_faults,
    "commands are there": ours.command_faults,
    "nginx's ConfigMap is what cluster.conf includes": ours.edge_faults,
}
NO_CLUSTER = (
    "no package index carries an API server (Debian has kubectl and etcd alone), so nothing was scheduled, "
    "admitted or autoscaled, and no network enforced the policies"
)


def check(folder: Path) -> Iterator[Row]:
    """Look at every overlay from every side."""
    if not (TOOLS / "kubectl").is_file():
        yield not_run("k8s", f"{TOOLS} holds no kubectl; make verify-kubernetes makes it")
        return
    written = {name: text(name) for name in OVERLAYS}
    objects = {name: read(told) for name, told in written.items()}
    yield from schemas.rows(folder, written)
    yield from (_look(words, look, objects) for words, look in LOOKS.items())
    yield _network(objects)
    yield _secrets(folder, objects)
    yield _canary(objects)
    yield _policy(folder)
    yield _looks_themselves(objects["production"])
    yield not_run("k8s on a cluster", NO_CLUSTER)


def _look(words: str, look: Callable[[Rendered], list[str]], objects: dict[str, Rendered]) -> Row:
    faults = [f"{name}: {fault}" for name, told in objects.items() for fault in look(told)]
    seen = sum(len(list(told.pods())) for told in objects.values())
    return judged(
        f"k8s: {words}", "our own look at what is rendered", faults, f"{seen} workloads of {len(objects)} overlays"
    )


def _network(objects: dict[str, Rendered]) -> Row:
    faults, open_ways = [], []
    for name, told in objects.items():
        found, meant = reach.flows(told), intended.flows(told)
        faults += [f"{name}: {way} is open and not meant" for way in sorted(found - meant)]
        faults += [f"{name}: {way} is meant and closed" for way in sorted(meant - found)]
        open_ways.append(f"{name} {len(found)}")
    ran = "every pair of pods, namespaces and addresses on every port, worked out from the policies"
    return judged("k8s network policies", ran, faults, f"open ways, all of them meant: {', '.join(open_ways)}")


def _secrets(folder: Path, objects: dict[str, Rendered]) -> Row:
    plain = kept_apart.written(folder, "telco-churn")
    dev = kept_apart.written(folder, "telco-churn-dev", **kept_apart.DEV)
    faults = [f"{name}: {fault}" for name, told in objects.items()
              for fault in kept_apart.faults(told, dev if name == "dev" else plain)]  # fmt: skip
    faults += kept_apart.refuses_gaps(folder) + kept_apart.unlike(plain)
    return judged(
        "k8s/secrets.sh", "run with kubectl, each value left out once", faults, f"{len(dev)} secrets, no value in git"
    )


def _canary(objects: dict[str, Rendered]) -> Row:
    faults = canary.faults(objects["production"], objects["canary"])
    words = f"one deployment more than production; {len(canary.commands())} commands of canary.md find what they name"
    return judged("k8s canary", "overlay and runbook against each other", faults, words)


def _looks_themselves(production: Rendered) -> Row:
    words = f"each of {len(broken.BREAKS)} faults put into overlay production was seen"
    return judged(
        "k8s: the looks themselves", "broken on purpose, one fault at a time", broken.unseen(production), words
    )


def _policy(folder: Path) -> Row:
    found = policy.scan(folder / "rendered")
    faults = found.faults + policy.unexplained()
    words = f"{found.passed} passed; exceptions with reasons: {', '.join(policy.exceptions())}"
    return judged("k8s policy", "checkov over every overlay", faults, words)
