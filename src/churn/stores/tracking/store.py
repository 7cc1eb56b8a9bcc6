"""The way to an MLflow store, and what to say when it is barred."""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from churn.errors import TrackingError

if TYPE_CHECKING:
    from mlflow import MlflowClient

PATIENCE = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
}
"""With MLflow's own defaults an absent server holds a client for three quarters of a minute."""
PROBE = "/api/2.0/mlflow/experiments/search?max_results=1"
SECONDS = (2, 2.5)
"""To be connected, and to be answered."""
SQLITE = "sqlite:///"
MARK = "model_digest"
"""The tag by which a run and a version are found again: the sha256 of the model file."""
STORE_VENDORS = {"sqlalchemy", "alembic", "requests", "urllib3", "sqlite3"}


def connect(uri: str) -> "MlflowClient":
    """Open an MLflow store for this process. Raises TrackingError."""
    for name, value in PATIENCE.items():
        os.environ.setdefault(name, value)
    if uri.startswith(("http://", "https://")):
        _probe(uri)
    if uri.startswith(SQLITE):
        file(uri).parent.mkdir(parents=True, exist_ok=True)
    with faults(uri):
        import mlflow

        for noisy in ("mlflow", "alembic"):
            logging.getLogger(noisy).setLevel(logging.ERROR)
        mlflow.set_tracking_uri(uri)
        mlflow.set_registry_uri(uri)
        return mlflow.MlflowClient()


def file(uri: str) -> Path:
    """Find the file of a local store."""
    return Path(uri.removeprefix(SQLITE))


@contextmanager
def faults(uri: str) -> Iterator[None]:
    """Turn the faults of a store into TrackingError."""
    try:
        yield
    except Exception as fault:
        theirs = type(fault).__module__.partition(".")[0] in STORE_VENDORS | {"mlflow"}
        if not theirs and not isinstance(fault, ImportError):
            raise
        reason = str(fault).strip().splitlines()[0] if str(fault).strip() else type(fault).__name__
        raise TrackingError(redacted(f"MLflow store {uri}: {reason}")) from fault


def redacted(uri: str) -> str:
    """Spell an address, or a sentence with addresses in it, without passwords."""
    return re.sub(r"(://[^:/@\s]*):[^@/\s]+@", r"\1:***@", uri)


def _probe(uri: str) -> None:
    user, password, token = (os.environ.get(f"MLFLOW_TRACKING_{name}") for name in ("USERNAME", "PASSWORD", "TOKEN"))
    header = {"Authorization": f"Bearer {token}"} if token and not user else None
    advice = "start it, or unset MLFLOW_TRACKING_URI to keep to the file mlflow.db"
    try:
        answer = requests.get(
            uri.rstrip("/") + PROBE,
            timeout=SECONDS,
            headers=header,
            auth=(user, password or "") if user else None,
            verify=os.environ.get("MLFLOW_TRACKING_SERVER_CERT_PATH") or True,
        )
    except requests.RequestException as fault:
        raise TrackingError(
            f"MLflow server {redacted(uri)} does not answer ({type(fault).__name__}); {advice}"
        ) from fault
    if not answer.ok:
        hint = HINTS.get(answer.status_code, advice)
        raise TrackingError(f"MLflow server {redacted(uri)} answers {answer.status_code} {answer.reason}; {hint}")


HINTS = {
    401: "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD",
    403: "start the server with --allowed-hosts for the name you call it by",
    404: "is this the address of an MLflow server?",
}
