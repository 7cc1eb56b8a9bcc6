"""The compose stack: read as it is written, then brought up, trained into, asked, watched and struck."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import serving
from verify.images import fresh
from verify.row import Row, failed, judged, not_run, passed
from verify.stack import asked, operated, standins, struck, written
from verify.stack.engine import NEEDED, Engine
from verify.stack.stack import DEV, ROOT, Stack

HEALTHY_WITHIN = 90.0
TRAINED_WITHIN = 1500.0
TABLE = "CHURN_RAW_CSV"


def check(folder: Path) -> Iterator[Row]:
    """Read it, then run it."""
    yield written.schema(ROOT)
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        yield not_run("docker-compose.yml", f"no {', '.join(missing)} here: make verify-tools")
        return
    yield written.secretless(ROOT, folder)
    with Engine(folder) as engine:
        ports = [serving.free_port() for _ in range(3)]
        stack = Stack(engine, folder, ports, Path(os.environ.get(TABLE, folder / "none")))
        stack.lay()
        yield written.held(written.read(stack.folder, engine.environment))
        _images(engine)
        instead = standins.have(engine, {name: stack.images()[name] for name in standins.STANDINS}, folder)
        yield from _missing(instead)
        try:
            with stack:
                yield from _run(stack)
        except (subprocess.SubprocessError, TimeoutError) as fault:
            yield failed("docker-compose.yml", "docker-compose up", _words(fault))


def _run(stack: Stack) -> Iterator[Row]:
    yield _healthy(stack, stack.up(), "docker-compose up, profile dev")
    yield asked.opened(stack)
    yield _healthy(stack, stack.change(DEV, "prod"), "docker-compose up, profile prod after it")
    key = stack.secret("CHURN_DASHBOARD_KEY")
    if not os.environ.get(TABLE):
        yield not_run("service pipeline", f"{TABLE} names no raw table here, and no download is reached")
        return
    stack.compose("stop", "api")
    yield asked.trained(stack, TRAINED_WITHIN)
    yield asked.trained_again(stack, TRAINED_WITHIN)
    yield asked.alerted(stack)
    yield asked.served(stack)
    yield asked.answered(stack, key)
    yield asked.scraped(stack)
    yield struck.killed(stack, key, "api")
    yield struck.killed(stack, key, "postgres")
    yield struck.recovered(stack)
    yield asked.ended(stack)
    yield operated.operated(stack, key)


def _healthy(stack: Stack, took: float, ran: str) -> Row:
    faults = [] if took <= HEALTHY_WITHIN else [f"healthy after {took:.0f} s, not within {HEALTHY_WITHIN:g} s"]
    words = f"{len(stack.states())} containers healthy or done after {took:.0f} s"
    return judged("docker-compose.yml", ran, faults, words)


def _images(engine: Engine) -> None:
    """Have the project's own images, of these files; those of others are built anew."""
    lacking = [name for name in sorted(written.TARGETS) if fresh.revision(name) is None]
    if lacking:
        env = engine.environment | {"ENGINE": "podman"}
        for words in (("sh", "tests/verify/python_slim.sh"), ("sh", "docker/build.sh", *lacking)):
            subprocess.run(words, cwd=ROOT, env=env, check=True, timeout=1500, capture_output=True)


def _missing(instead: dict[str, str]) -> Iterator[Row]:
    """Say what could not be run as it ships."""
    for service, words in instead.items():
        yield not_run(f"image of {service}", f"no hub is reached here; {words} stands in under its name")
    if not instead:
        yield passed("third-party images", "podman pull", "as they ship")


def _words(fault: Exception) -> str:
    said = getattr(fault, "stderr", None) or ""
    return f"{type(fault).__name__}: {fault}"[:200] + f" {str(said)[-400:]}"
