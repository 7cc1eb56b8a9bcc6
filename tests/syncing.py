"""A host that follows a real registry: what tests of sync look at, and how they break it."""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import onnx

import models
from churn.steps.train.train import Trained
from churn.stores import bundle, notices
from churn.stores.ledger.ledger import Ledger

OTHER, GOOD = models.model(noise=0.3, rows=400), models.model()


def served(known):
    return bundle.current(known.bundle_dir).version


def status(known):
    return notices.status(known.bundle_dir)


def told(known, query, *args):
    async def ask():
        ledger = Ledger(known.database_url)
        await ledger.open()
        try:
            return await ledger.read(query, *args)
        finally:
            await ledger.close()

    return asyncio.run(ask())


def spoil(tmp_path, trained, content=b"not that model"):
    """Change the file of a registered model in the artifact store."""
    kept = [path for path in tmp_path.glob("mlruns/**/artifacts/*.onnx") if path.read_bytes() == trained.model]
    assert kept
    for path in kept:
        path.write_bytes(content)
    return kept


def with_wrong_golden_rows(trained):
    """Give the same model with a golden figure that is not its own."""
    written = onnx.load_from_string(trained.model)
    (note,) = [one for one in written.metadata_props if one.key == "golden"]
    golden = json.loads(note.value)
    golden["probabilities"][0] += 0.001
    note.value = json.dumps(golden)
    model = written.SerializeToString()
    return Trained(model, trained.metadata | {"digest": hashlib.sha256(model).hexdigest()})


def environment(known, tmp_path):
    """Spell the same places for another process."""
    places = {
        "MLFLOW_TRACKING_URI": known.store, "CHURN_BUNDLE_DIR": str(known.bundle_dir), "CHURN_SYNC_SECONDS": "0.2",
        "CHURN_DATABASE_URL": known.database_url, "CHURN_LOCK_DIR": str(tmp_path), "CHURN_USER": "tester",
    }  # fmt: skip
    return os.environ | places | {"PYTHONPATH": str(Path(__file__).parent)}


def start(known, tmp_path, *words, **env):
    return subprocess.Popen(
        [sys.executable, "-m", "churn.cli", *words],
        env=environment(known, tmp_path) | env,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def until(holds, seconds=90):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def pid(known):
    return (status(known) or {}).get("pid")
