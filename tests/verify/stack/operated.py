"""What an operator types: each compose line of the runbooks, as it stands there, against the stack that runs."""

import shlex
import shutil
import subprocess
import time
from pathlib import Path

import httpx
import psycopg

from churn import contract
from verify.checks.runbooks import blocks, commands
from verify.row import Row, judged
from verify.stack import asked
from verify.stack.stack import Stack

SHIM = """#!/bin/sh
shift
exec docker-compose --project-directory . -f docker-compose.yml -f tests/verify/stack/override.yml "$@"
"""
"""`docker compose` as docker's own plugin would be called."""
WELL_WITHIN, LINE_WITHIN = 180.0, 300.0
PASSING = {502, 503, 504}
PIPELINE = "docker compose run --rm pipeline"
"""Run before, where its exit code is seen."""
UP, VOLUME = "docker compose up -d", "docker compose stop storage"
"""How a restore ends, and how the restore of the models' volume begins: typed once that volume is lost."""
FETCH = """
from churn import settings
from churn.lifecycle.aliases import CHAMPION
from churn.params.register import Register
from churn.params.section import load
from churn.stores.tracking.registry import Registry

registry = Registry(settings.read().store, load(Register).model)
champion = registry.by_alias(CHAMPION)
registry.fetch(champion)
print(champion.digest)
"""
RESTORE = "docker compose stop api sync"
"""How the first line of a restore begins; what stands before it takes the backup."""


def operated(stack: Stack, key: str) -> Row:
    """Take the stack's backup, lose what came later, restore; then type whatever else stands in a runbook."""
    volume = next(lines for lines in blocks() if lines[0] == VOLUME)
    passed = {PIPELINE, *volume} - {UP}
    lines = [one for one in commands() if one.startswith("docker compose ") and one not in passed]
    first = next(place for place, one in enumerate(lines) if one.startswith(RESTORE))
    last = lines.index(UP)
    faults = _typed(stack, [*_folders(), *lines[:first]])
    had = _records(stack)
    with asked.client(stack, key) as line:
        later = line.post("/api/predict", json=contract.EXAMPLE).json()["prediction_id"]
        faults += _typed(stack, lines[first : last + 1])
        faults += stack.still_ill(WELL_WITHIN)
        found = _found(line, later)
    faults += [] if found == 404 else [f"what came after the backup is still there: {found}"]
    faults += [] if _records(stack) == had else [f"{_records(stack)} records, {had} at the backup"]
    faults += _typed(stack, lines[last + 1 :])
    kept = _emptied(stack)
    faults += _typed(stack, volume)
    faults += stack.still_ill(WELL_WITHIN)
    digest, fault = _fetched(stack)
    faults += fault
    words = f"{len(lines) + len(volume) - 1} lines, each ended well; {had} records backed up, one lost later, {had} "
    words += f"restored; {kept} files of storage lost and restored, champion fetched, sha256 {digest[:12]}"
    return judged("monitoring/runbooks", "each docker compose line, typed as it stands", faults, words)


def _emptied(stack: Stack) -> int:
    """Lose the volume of the models; give how many files it had."""
    stack.compose("stop", "storage")
    place = Path(stack.engine.podman("volume", "inspect", "--format", "{{.Mountpoint}}", "telco-churn_storage"))
    files = [one for one in place.rglob("*") if one.is_file()]
    if not files:
        raise FileNotFoundError(f"{place} holds nothing that could be lost")
    for one in place.iterdir():
        shutil.rmtree(one) if one.is_dir() else one.unlink()
    return len(files)


def _fetched(stack: Stack) -> tuple[str, list[str]]:
    """Fetch the champion anew from the registry, as a host does; give its digest, or what was wrong."""
    try:
        return stack.inside("sync", "python", "-c", FETCH, seconds=120).split()[-1], []
    except subprocess.CalledProcessError as fault:
        return "", [f"the champion does not come back: {fault.stderr.strip()[-300:]}"]


def _folders() -> list[str]:
    return [one for one in commands() if one.startswith("mkdir ")]


def _typed(stack: Stack, lines: list[str]) -> list[str]:
    """Type lines, and give those that ended badly."""
    shim = stack.folder / "bin/docker"
    shim.parent.mkdir(exist_ok=True)
    shim.write_text(SHIM)
    shim.chmod(0o755)
    env = stack.engine.environment | stack.settings
    env |= {"PATH": f"{shim.parent}:{env['PATH']}"}
    faults = []
    for line in lines:
        done = subprocess.run(
            shlex.split(line, comments=True), cwd=stack.folder, env=env, capture_output=True, text=True, check=False,
            timeout=LINE_WITHIN,
        )  # fmt: skip
        faults += [f"{line}: {done.stderr.strip()[-200:]}"] if done.returncode else []
    return faults


def _found(line: httpx.Client, prediction: str) -> int:
    """Ask for a prediction, as often as nginx says that it just looks for the API where that stood before."""
    began = time.monotonic()
    while (status := line.get(f"/api/predictions/{prediction}").status_code) in PASSING:
        if time.monotonic() - began > WELL_WITHIN:
            break
        time.sleep(1)
    return status


def _records(stack: Stack) -> int:
    url = f"postgresql://churn:{stack.secret('CHURN_DB_PASSWORD')}@{stack.address('postgres', 'back')}:5432/churn"
    with psycopg.connect(url) as connection:
        return int(connection.execute("SELECT COUNT(*) FROM record").fetchone()[0])
