"""Reports beside a model: logged with its run, so that they are served from where the model is served from."""

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

from churn.stores.tracking import store

FOLDER = "reports"
DIGEST = "reports_digest"
"""The tag that tells which files a run holds; written last, so that an interrupted one is attached again."""


def attach(uri: str, run: str, paths: Sequence[Path]) -> bool:
    """Log files into the folder `reports` of a run, unless it holds just these; say whether it was needed.

    Raises TrackingError when the store is away.
    """
    contents = {path: path.read_bytes() for path in paths}
    digest = _digest(contents)
    client = store.connect(uri)
    with store.faults(uri):
        if not contents or client.get_run(run).data.tags.get(DIGEST) == digest:
            return False
        for path in contents:
            client.log_artifact(run, str(path), FOLDER)
        client.set_tag(run, DIGEST, digest)
    return True


def held(uri: str, run: str) -> str | None:
    """Tell which reports a run holds, by their common digest; None where there are none.

    Raises TrackingError when the store is away.
    """
    client = store.connect(uri)
    with store.faults(uri):
        return dict(client.get_run(run).data.tags).get(DIGEST)


def fetch(uri: str, run: str) -> dict[str, bytes]:
    """Download the reports of a run, by name. Raises TrackingError when the store is away."""
    client = store.connect(uri)
    with store.faults(uri), tempfile.TemporaryDirectory() as folder:
        got = Path(client.download_artifacts(run, FOLDER, folder))
        return {path.name: path.read_bytes() for path in got.iterdir() if path.is_file()}


def _digest(contents: dict[Path, bytes]) -> str:
    named = sorted((path.name, hashlib.sha256(content).hexdigest()) for path, content in contents.items())
    return hashlib.sha256(repr(named).encode()).hexdigest()
