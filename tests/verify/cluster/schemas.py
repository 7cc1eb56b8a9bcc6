"""The schemas of current Kubernetes, with strict field checking."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from verify.cluster.rendered import TOOLS
from verify.row import Row, judged

VERSIONS = ("1.35", "1.36", "1.37")
"""What is supported upstream: the newest three minor versions."""


def rows(folder: Path, written: dict[str, str]) -> Iterator[Row]:
    """Write what was rendered into `folder`/rendered, and validate each overlay against each version."""
    yield _strict(folder / "misspelt.yaml")
    (folder / "rendered").mkdir()
    for name, told in written.items():
        file = folder / "rendered" / f"{name}.yaml"
        file.write_text(told)
        faults = [fault for version in VERSIONS for fault in faults_of(file, version)]
        count = told.count("\nkind: ") + told.startswith("kind: ")
        words = f"{count} objects, Kubernetes {', '.join(VERSIONS)}"
        yield judged(f"k8s/overlays/{name}", "kubectl kustomize; kubernetes-validate --strict", faults, words)


def _strict(file: Path) -> Row:
    """See that a field too many is found in every version."""
    file.write_text("{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 1, prot: TCP}]}}\n")
    loose = [f"{version} lets a misspelt field through" for version in VERSIONS if not faults_of(file, version)]
    return judged("k8s: the schemas themselves", "kubernetes-validate --strict", loose, "a misspelt field is refused")


def faults_of(file: Path, version: str) -> list[str]:
    """Validate a file; a validator that passes nothing has not validated."""
    words = [str(TOOLS / "kubernetes-validate"), "--strict", "-k", version, str(file)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    said = (done.stdout + done.stderr).splitlines()
    if done.returncode:
        return [f"{version}: {line}" for line in said if " passed for " not in line]
    return [] if any(" passed for " in line for line in said) else [f"{version}: nothing was validated"]
