"""More connections than a worker holds, most of them idle."""

import resource
import socket
import time
from pathlib import Path
from typing import Any

from churn.services.worker import CONNECTIONS
from drills.callers import Callers
from drills.finding import Finding
from drills.product import Product

MORE, GROWTH_MB = 100, 60.0
BEGUN = b"POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\n"


def flood(folder: Path, rows: list[dict[str, Any]]) -> Finding:
    """Open more connections than one worker takes and say half a request on each; then leave."""
    finding = Finding(f"{CONNECTIONS + MORE:,} connections that begin a request and go silent")
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with Product(folder) as product:
        before, idle = product.unique_mb, [_begun(product.port) for _ in range(CONNECTIONS + MORE)]
        with Callers(product.port, rows, 2, again=False) as turned_away:
            time.sleep(1)
        during = product.unique_mb
        for one in idle:
            one.close()
        with Callers(product.port, rows, 2, name="after") as after:
            time.sleep(1)
    told = turned_away.answers
    finding.figures["memory before, during"] = f"{before:.0f} MB, {during:.0f} MB"
    finding.figures["told while crowded"] = ", ".join(str(one.status) for one in told)
    finding.promise("who comes too late is told 503", bool(told) and all(one.status == 503 for one in told))
    finding.promise("each refusal says when to come again", all("retry-after" in one.headers for one in told))
    finding.promise("memory stays bounded", during - before < GROWTH_MB)
    finding.promise("it recovers", bool(after.acknowledged) and not after.refusals())
    return finding


def _begun(port: int) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=10)
    line.sendall(BEGUN)
    return line
