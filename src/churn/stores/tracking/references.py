"""The reference table beside a model: what was normal when it was trained, logged with its run."""

import hashlib
import tempfile
from pathlib import Path
from typing import Any

from churn.errors import TrackingError
from churn.stores import files
from churn.stores.tracking import store

FOLDER, NAME = "monitoring", "reference.parquet"
DIGEST = "reference_digest"
"""The tag that tells which table a run holds; written last, so that an interrupted one is logged again."""


def keep(uri: str, run: str, table: Path) -> bool:
    """Log a reference table with a run, unless it holds just this one; tell whether it was needed.

    Raises TrackingError when the store is away.
    """
    content = table.read_bytes()
    digest, client = hashlib.sha256(content).hexdigest(), store.connect(uri)
    with store.faults(uri):
        if client.get_run(run).data.tags.get(DIGEST) == digest:
            return False
        with tempfile.TemporaryDirectory() as folder:
            named = Path(folder) / NAME
            named.write_bytes(content)
            client.log_artifact(run, str(named), FOLDER)
        client.set_tag(run, DIGEST, digest)
    return True


def fetch(uri: str, run: str, into: Path) -> str | None:
    """Download the reference table of a run to a file; give its digest, None where the run holds none.

    Raises TrackingError when the store is away or holds other bytes than were logged.
    """
    client = store.connect(uri)
    with store.faults(uri), tempfile.TemporaryDirectory() as folder:
        digest = dict(client.get_run(run).data.tags).get(DIGEST)
        if digest is None:
            return None
        got = Path(client.download_artifacts(run, f"{FOLDER}/{NAME}", folder)).read_bytes()
        if hashlib.sha256(got).hexdigest() != digest:
            raise TrackingError(f"run {run}: its {NAME} is not the table that was logged; register the model anew")
    files.write_bytes(got, into)
    return str(digest)


def facts(uri: str, run: str) -> tuple[dict[str, float], dict[str, Any]]:
    """Give the metrics and the parameters of a run. Raises TrackingError when the store is away."""
    client = store.connect(uri)
    with store.faults(uri):
        data = client.get_run(run).data
    return dict(data.metrics), dict(data.params)


def log_reports(uri: str, run: str, folder: Path, under: str) -> None:
    """Log a folder of reports with a run, under a name. Raises TrackingError when the store is away."""
    client = store.connect(uri)
    with store.faults(uri):
        client.log_artifacts(run, str(folder), f"{FOLDER}/{under}")
