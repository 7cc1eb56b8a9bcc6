#!/opt/churn/bin/python
"""Tell by the exit code whether what an image runs is well; one line says why not. Needs nothing but Python."""

import http.client
import json
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

SECONDS = 4.0
SILENT = 60.0
"""Seconds after which a sync that gave no sign of life is not well; it gives one every five."""
SEARCH = "/api/2.0/mlflow/experiments/search?max_results=1"


def main() -> None:
    """Look at what this image runs."""
    try:
        LOOKS[os.environ["CHURN_IMAGE"]]()
    except (OSError, ValueError, KeyError, http.client.HTTPException) as fault:
        sys.exit(f"not well: {fault}")


def _asked(url: str, host: str | None = None) -> None:
    """Ask for a page; whoever answers anything but 2xx is not well."""
    where = urlsplit(url)
    line = http.client.HTTPConnection(where.hostname or "127.0.0.1", where.port or 80, timeout=SECONDS)
    line.request("GET", f"{where.path}?{where.query}", headers={"Host": host or where.netloc})
    if (answer := line.getresponse()).status >= 300:
        raise ValueError(f"{url} answers {answer.status}")


def _api() -> None:
    """Ask whether the process is alive; whether it can answer customers is /ready's, and mends by no restart."""
    _asked(f"http://127.0.0.1:{os.environ.get('CHURN_API_PORT', '8000')}/health")


def _dashboard() -> None:
    _asked("http://127.0.0.1:8501/dashboard/_stcore/health")


def _mlflow() -> None:
    """Ask by the name that clients use: a server that refuses it looks well by any other."""
    named = os.environ.get("MLFLOW_SERVER_ALLOWED_HOSTS", "").split(",")[0].strip()
    _asked(f"http://127.0.0.1:5000{SEARCH}", named or "127.0.0.1:5000")


def _pipeline() -> None:
    """Ask for the registry that the run writes to."""
    tracker = os.environ.get("MLFLOW_TRACKING_URI", "")
    if tracker.startswith("http"):
        _asked(tracker.rstrip("/") + SEARCH)


def _sync() -> None:
    silent = time.time() - (Path(os.environ["CHURN_BUNDLE_DIR"]) / "status.json").stat().st_mtime
    if silent > SILENT:
        raise ValueError(f"sync has given no sign of life for {silent:.0f} s")


def _monitor() -> None:
    beat = json.loads((Path(os.environ["CHURN_LOCK_DIR"]) / "monitor.json").read_text())
    if time.time() > beat["due"]:
        raise ValueError(f"monitoring should have turned {time.time() - beat['due']:.0f} s ago")


def _explainer() -> None:
    """Hear the greeting of the process that explains."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(SECONDS)
        line.connect(os.environ["CHURN_EXPLAINER"])
        if b"ready" not in line.recv(1024):
            raise ValueError("the explainer did not greet")


LOOKS: dict[str, Callable[[], None]] = {
    "api": _api, "dashboard": _dashboard, "explainer": _explainer, "mlflow": _mlflow, "monitor": _monitor,
    "pipeline": _pipeline, "sync": _sync,
}  # fmt: skip

if __name__ == "__main__":
    main()
