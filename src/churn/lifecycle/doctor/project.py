"""The clone: knobs, git, dvc.lock, tables, DVC's remote, the age of the raw table."""

import subprocess  # nosec B404 dvc is asked in a process of its own, for it may hang
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from churn.errors import CloneError
from churn.lifecycle.doctor.finding import Finding, fault, off, ok
from churn.params import alerts, campaign, drift, evaluate, gate, ingest, kpi, monitor, prepare, register, retrain
from churn.params import experiment as experiments
from churn.params import train as training
from churn.params import validate as validation
from churn.params.section import Section, load
from churn.stores import files
from churn.stores.clone import Clone

SECTIONS: tuple[type[Section], ...] = (
    *(ingest.Ingest, prepare.Prepare, validation.Validate, drift.Drift, training.Train, campaign.Campaign),
    *(evaluate.Evaluate, gate.Gate, kpi.Kpi, register.Register, monitor.Monitor, retrain.Retrain, alerts.Alerts),
    experiments.Experiment,
)
SECONDS = 30
STORAGE = """
from dvc.repo import Repo
with Repo() as repo:
    store = repo.cloud.get_remote_odb()
    print("there" if store.fs.exists(store.path) else "empty", store.path)
"""


def knobs() -> Finding:
    """See whether every section of params.yaml can be read."""
    for section in SECTIONS:
        load(section)
    return ok("params", f"{len(SECTIONS)} sections of params.yaml can be read")


def clone(root: Path = Path()) -> Finding:
    """See whether a retraining could hand over a branch."""
    at = Clone(root)
    try:
        at.check(None)
    except CloneError as refusal:
        return off("git", str(refusal), "git clone it: `churn retrain` hands over a branch")
    remotes = at.git("remote").split()
    if not remotes:
        return off("git", "no git remote", "git remote add origin ..., or `churn retrain --local`")
    return ok("git", f"remote {', '.join(remotes)}")


def lock(root: Path = Path()) -> Finding:
    """See whether dvc.lock speaks of the code, knobs and tables that are here."""
    try:
        said = Clone(root).dvc("repro", "--dry", "--allow-missing")
    except CloneError:
        if outputs(root).state == "ok":
            raise
        return fault("dvc.lock", "it cannot be judged: files that it speaks of are not here", "dvc pull, or dvc repro")
    behind = [line.split("'")[1] for line in said.splitlines() if line.startswith("Running stage")]
    stale = [one for one in behind if one != "register"]
    if stale:
        return fault(
            "dvc.lock", f"it speaks of other code, knobs or tables: {', '.join(stale)}", "dvc repro, and commit it"
        )
    return ok("dvc.lock", "it speaks of this code, these knobs and tables")


def outputs(root: Path = Path()) -> Finding:
    """See whether what dvc.lock speaks of is here."""
    stages = _stages(root)
    if not stages:
        return fault("tables", "there is no dvc.lock: the pipeline never ran", "make pipeline")
    wanted = [one["path"] for stage in stages.values() for one in stage.get("outs", [])]
    missing = [one for one in wanted if not (root / one).exists()]
    if missing:
        return fault(
            "tables", f"{len(missing)} of {len(wanted)} files are missing, {missing[0]} first", "dvc pull, or dvc repro"
        )
    return ok("tables", f"{len(wanted)} files of dvc.lock are here")


def storage(root: Path = Path()) -> Finding:
    """See whether DVC's remote can be reached; asked in a process of its own, which is not waited for in vain."""
    asked = [sys.executable, "-c", STORAGE]
    cure = "check address and credentials (`dvc remote list`, AWS_... in the environment), then dvc push"
    try:
        done = subprocess.run(asked, cwd=root, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603 # nosec B603
    except subprocess.TimeoutExpired:
        return fault("dvc remote", f"no answer within {SECONDS} s", cure)
    if done.returncode:
        return fault("dvc remote", next(iter(reversed(done.stderr.strip().splitlines())), "no answer")[:300], cure)
    state, _, place = done.stdout.strip().partition(" ")
    return ok("dvc remote", place) if state == "there" else off("dvc remote", f"{place}: nothing is there", "dvc push")


def age(now: datetime, root: Path = Path()) -> Finding:
    """See how long the raw table's rows have been the same, by the history of dvc.lock or else by the file's time."""
    known = load(ingest.Ingest, root / "params.yaml")
    if known.uri is None or known.max_age_days is None:
        return off("table's age", "a published table, pinned by its digest" if known.uri is None else "no limit is set")
    out = _stages(root).get("ingest", {}).get("outs", [{}])[0]
    since = _since(root, out.get("path", ""), out.get("md5", ""))
    if since is None:
        return Finding("table's age", "unknown", "there is no raw table", "churn refresh")
    days = (now - since).days
    words = f"the same rows since {since.date()}, {days} day(s)"
    if days > known.max_age_days:
        return fault(
            "table's age", f"{words}; ingest.max_age_days is {known.max_age_days}", "churn refresh, and see the source"
        )
    return ok("table's age", words)


def _since(root: Path, path: str, digest: str) -> datetime | None:
    try:
        told = Clone(root).git("log", "--format=%ct", f"-S{digest}", "--", "dvc.lock").split() if digest else []
    except CloneError:
        told = []
    file = root / path
    at = int(told[-1]) if told else file.stat().st_mtime if path and file.is_file() else None
    return None if at is None else datetime.fromtimestamp(at, UTC)


def _stages(root: Path) -> dict[str, Any]:
    path = root / "dvc.lock"
    told = files.read_yaml(path) if path.exists() else None
    stages = told.get("stages") if isinstance(told, dict) else None
    return stages if isinstance(stages, dict) else {}
