"""Two upstreams of which one dies, both die, one comes back; and names that move."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

from drills import kept
from drills.callers import Callers
from verify.compared import unlike
from verify.edge import behind, place, raw
from verify.edge.refused import alike
from verify.row import Row, judged

CALLERS, BEFORE, AFTER = 8, 2.0, 3.0
READY = b"GET /api/ready HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"


def dies(folder: Path, key: str) -> Row:
    """Kill one of two APIs under load: who asks with an Idempotency-Key hears nothing of it, and nothing is lost."""
    with behind.api(folder) as (one, process), behind.api(folder) as (two, other):
        behind.ready(f"http://{one}/ready", f"http://{two}/ready")
        with place.edge(folder / "edge", "dev", {"api:8000": [one, two]}) as edge:
            at = int(edge.url.rpartition(":")[2])
            callers = Callers(at, behind.customers(), CALLERS, again=False, door=("/api", key))
            with callers:
                time.sleep(BEFORE)
                killed(process)
                begun = len(callers.answers)
                time.sleep(AFTER)
            after = len(callers.answers) - begun
            killed(other)
            nobody = raw.ask(at, READY)
    lost = kept.missing(kept.read(f"sqlite:///{folder}/ledger.db"), callers.questions)
    faults = unlike(
        ("connections lost", callers.gone, []),
        ("answers that were not 200", [one.status for one in callers.refusals()], []),
        ("lost although acknowledged", lost[:3], []),
        ("served after the kill", after > 0, True),
    ) + alike("nobody left", nobody, 502)
    words = f"{len(callers.acknowledged)} predictions by {CALLERS} callers, {after} after the kill: all 200, all kept; "
    words += "with both dead 502, spelt as a problem, and when to come again"
    return judged(
        "nginx/upstreams.conf: failover",
        "SIGKILL of one of two APIs on one ledger, under load; then of the other",
        faults,
        words,
    )


def killed(process: "subprocess.Popen[bytes]") -> None:
    """Kill a service as the machine would: all its processes at once."""
    family = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
    for one in family:
        one.kill()
    psutil.wait_procs(family, 10)


def moves(folder: Path) -> Row:
    """Let a name get another address while follow.sh runs nginx; it reloads by itself."""
    conf = place.spelt(folder, {8080: place.free_port(), 8443: place.free_port()}, {"mlflow:5000": ["localhost:9"]})
    where = folder / "address"
    where.write_text("127.0.0.1")
    tools = folder / "bin"
    tools.mkdir()
    real = shutil.which("nginx")
    _program(tools / "getent", f'echo "$(cat {where}) STREAM $2"')
    _program(tools / "nginx", f'exec {real} -p {folder} "$1" "$2" -g "{place.words()}"')
    env = os.environ | {"PATH": f"{tools}:{os.environ['PATH']}"}
    with behind.running(["sh", str(conf / "follow.sh"), "dev"], folder, env, "follow") as process:
        until(lambda: workers(process))
        time.sleep(3)
        before, first = told(folder), workers(process)
        where.write_text("127.0.0.3")
        until(lambda: told(folder) and workers(process) - first)
        second = workers(process)
    faults = unlike(
        ("reloads before", before, 0), ("reloads after", told(folder), 1), ("new workers", bool(second - first), True)
    )
    return judged(
        "nginx/follow.sh", "a name whose address changes under a running nginx", faults, "one reload, and none before"
    )


def told(folder: Path) -> int:
    """Count the reloads."""
    return (folder / "follow.log").read_text().count("reloading")


def workers(process: "subprocess.Popen[bytes]") -> set[int]:
    """List the workers of nginx; none while it is not yet nginx."""
    found = set()
    for one in psutil.Process(process.pid).children():
        with suppress(psutil.NoSuchProcess):
            found |= {one.pid} if "nginx: worker" in " ".join(one.cmdline()) else set()
    return found


def until(holds: Callable[[], object], seconds: float = 10) -> None:
    """Wait until something holds, or the time is over."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.1)


def _program(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)
