"""The policy scan: checkov over what kustomize renders, with the exceptions that k8s/checkov.yaml gives reasons for."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import yaml

from verify.cluster.rendered import ROOT, TOOLS

CONFIG = ROOT / "k8s/checkov.yaml"
PLANTED = "planted-by-the-check"
BAD = f"""apiVersion: v1
kind: Pod
metadata: {{name: {PLANTED}, namespace: {PLANTED}}}
spec: {{containers: [{{name: bad, image: bad, securityContext: {{privileged: true}}}}]}}
"""


@dataclass(frozen=True)
class Scan:
    """What checkov said."""

    passed: int
    faults: list[str]


def scan(folder: Path, config: Path = CONFIG) -> Scan:
    """Scan a folder of rendered manifests, and a pod that must be found. Raises RuntimeError if checkov could not."""
    (folder / "planted.yaml").write_text(BAD)
    words = [str(TOOLS / "python"), "-m", "checkov.main", "--config-file", str(config), "-d", str(folder), "-o", "json"]
    quiet = {"PATH": os.environ["PATH"], "HOME": str(folder), "LOG_LEVEL": "ERROR"}
    done = subprocess.run(words, capture_output=True, text=True, env=quiet, cwd=folder, check=False, timeout=300)
    try:
        told = json.loads(done.stdout)
    except json.JSONDecodeError as fault:
        raise RuntimeError(f"checkov said nothing that can be read (exit {done.returncode}): {done.stderr}") from fault
    named = [(one["resource"], f"{one['check_id']} {one['resource']}: {one['check_name']}")
             for one in told["results"]["failed_checks"]]  # fmt: skip
    faults = [words for resource, words in named if not resource.endswith(PLANTED)]
    missed = [] if len(faults) < len(named) else ["checkov does not mind a privileged pod"]
    unread = [f"{count} files cannot be read"] if (count := told["summary"]["parsing_errors"]) else []
    return Scan(told["summary"]["passed"], [*faults, *missed, *unread])


def exceptions() -> list[str]:
    """Give the checks that are skipped."""
    return [str(one) for one in yaml.safe_load(CONFIG.read_text())["skip-check"]]


def unexplained() -> list[str]:
    """Name each exception that has no reason beside it."""
    lines = CONFIG.read_text().splitlines()
    return [f"checkov.yaml: {line.strip()} has no reason" for line in lines if "- CKV" in line and "#" not in line]
