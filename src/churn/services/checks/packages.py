"""Which of the pinned packages are known to be unsafe; an audit that could not look has failed."""

import json
import subprocess  # nosec B404 pip-audit has no other interface
import sys
import tempfile
from pathlib import Path
from typing import Any

from churn.errors import ChurnError

CANARY = "jinja2==2.4.1"
"""A release whose faults have been public for ten years: whoever does not see them sees nothing."""
SECONDS = 600


class Unsafe(ChurnError):
    """Say which packages are known to be unsafe, or why nobody could tell."""


def audit(requirements: Path) -> str:
    """Audit what a requirements file pins; say how much was looked at. Raises Unsafe."""
    with tempfile.TemporaryDirectory() as folder:
        canary = Path(folder) / "canary.txt"
        canary.write_text(f"{CANARY}\n")
        return judge(ask(canary), ask(requirements))


def judge(canary: Any, told: Any) -> str:
    """Read two answers of pip-audit: of the canary and of what matters. Raises Unsafe."""
    if not any(one.get("vulns") for one in _listed(canary)):
        raise Unsafe(
            f"the audit could not run: {CANARY}, known to be unsafe, was called safe or could not be looked up; "
            "run it where the advisories of the package index can be reached"
        )
    listed = _listed(told)
    skipped = [f"{one['name']}: {one['skip_reason']}" for one in listed if "skip_reason" in one]
    faults = [f"{one['name']} {one['version']}: {_names(one)}" for one in listed if one.get("vulns")]
    if faults or skipped or not listed:
        said = [*faults, *(f"could not be audited: {one}" for one in skipped)] or ["nothing was looked at"]
        raise Unsafe("\n  ".join([f"{len(faults)} of {len(listed)} packages are known to be unsafe:", *said]))
    return f"{len(listed)} packages, none known to be unsafe"


def ask(requirements: Path) -> Any:
    """Ask pip-audit about a file of pins, and give its answer. Raises Unsafe if it gives none."""
    words = ["-m", "pip_audit", "-r", str(requirements), "--no-deps", "--disable-pip", "-f", "json"]
    try:
        done = subprocess.run(  # noqa: S603 # nosec B603 words are this module's own
            [sys.executable, *words, "--progress-spinner", "off"], capture_output=True, text=True, timeout=SECONDS,
            check=False,
        )  # fmt: skip
        return json.loads(done.stdout)
    except subprocess.TimeoutExpired as slow:
        raise Unsafe(f"the audit could not run: no answer within {SECONDS} s") from slow
    except ValueError as fault:
        reason = next(iter(reversed(done.stderr.strip().splitlines())), "no answer")
        raise Unsafe(f"the audit could not run: {reason[:300]}") from fault


def _listed(told: Any) -> list[dict[str, Any]]:
    listed = told.get("dependencies") if isinstance(told, dict) else None
    return listed if isinstance(listed, list) else []


def _names(one: dict[str, Any]) -> str:
    named = (
        f"{fault['id']} (mended in {', '.join(fault.get('fix_versions', [])) or 'none'})" for fault in one["vulns"]
    )
    return "; ".join(named)
