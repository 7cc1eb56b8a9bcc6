"""All looks, one after another; none ends the others."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from churn.lifecycle.doctor import machine, project, registry, service
from churn.lifecycle.doctor.finding import Finding, Look, looked
from churn.settings import Settings
from churn.stores.ledger import database

ENV = Path(".env")
FOLDERS = (Path("data"), Path("model"), Path("reports"))


def examine(known: Settings, now: datetime) -> Iterator[Finding]:
    """Look at machine, project, registry and service, in this order."""
    for name, (look, cure) in {**_machine(known), **_project(now), **_registry(known), **_service(known, now)}.items():
        yield looked(name, look, cure)


def summary(found: list[Finding]) -> str:
    """Count what is wrong and what nobody could tell."""
    faults, unknown = (sum(one.state == state for one in found) for state in ("fault", "unknown"))
    return f"{len(found)} looks: {faults} fault(s), {unknown} unknown"


def well(found: list[Finding]) -> bool:
    """Tell whether nothing is wrong; what nobody could tell is not well."""
    return all(one.state in {"ok", "off"} for one in found)


Looks = dict[str, tuple[Look, str]]


def _machine(known: Settings) -> Looks:
    file = database.file_of(database.located(known.database_url))
    places = [*FOLDERS, known.lock_dir, known.bundle_dir, *([file] if file else [])]
    check = "see the message"
    return {
        "python": (machine.python, check),
        "packages": (machine.packages, check),
        "disk": (partial(machine.room, places), check),
        "write": (partial(machine.writable, places), check),
        "secrets": (partial(machine.private, [ENV, known.keys_file]), check),
    }


def _project(now: datetime) -> Looks:
    return {
        "params": (project.knobs, "mend params.yaml where the message says"),
        "git": (project.clone, "run this in the top folder of a clone"),
        "dvc.lock": (project.lock, "run `dvc repro --dry` and see its message"),
        "tables": (project.outputs, "dvc pull, or dvc repro"),
        "dvc remote": (project.storage, "dvc remote list"),
        "table's age": (partial(project.age, now), "churn refresh"),
    }


def _registry(known: Settings) -> Looks:
    return {
        "mlflow": (partial(registry.reached, known), "start the MLflow server, or unset MLFLOW_TRACKING_URI"),
        "champion": (partial(registry.champion, known), "churn history"),
        "challenger": (partial(registry.challenger, known), "dvc repro register"),
        "records": (partial(registry.records, known), "churn history"),
    }


def _service(known: Settings, now: datetime) -> Looks:
    return {
        "ledger": (partial(service.ledger, known), "churn migrate, or start the database"),
        "clock": (partial(service.clock, known, now), "churn migrate, or start the database"),
        "monitor": (partial(service.watched, known, now), "churn migrate, or start the database"),
        "bundle": (partial(service.delivered, known), "delete the folder; sync brings the champion anew"),
        "alerts": (partial(service.alerted, known), "python scripts/setup_alerts.py --install"),
    }
