"""Reports beside a model: logged with its run, so that they are served from where the model is served from."""

import hashlib
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


def _digest(contents: dict[Path, bytes]) -> str:
    named = sorted((path.name, hashlib.sha256(content).hexdigest()) for path, content in contents.items())
    return hashlib.sha256(repr(named).encode()).hexdigest()
