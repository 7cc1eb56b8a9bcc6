"""`churn api` and `churn serve`: which processes make the service, and what must hold before they start."""

import asyncio
import logging
import os
import socket
import subprocess  # nosec B404 our own commands, with fixed words
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from churn.errors import BundleError, SettingsError
from churn.services import address
from churn.services.api import keys
from churn.services.pages import Page, Ports, pages
from churn.services.reaper import Reaper
from churn.services.supervisor import FIGURES, Child, Supervisor
from churn.settings import Settings
from churn.stores import bundle

BACKLOG, BEHIND = 2048, 10
PAUSE, PATIENCE = 0.1, 2.0
CHURN = (sys.executable, "-m", "churn.cli")
THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""One thread for sums: more of them fight for the processors that requests need."""
THRIFT = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "16000000", "MALLOC_MMAP_THRESHOLD_": "4000000"}
"""What many large batches took is given back to the system; what the next one needs is kept, for pages are dear."""

log = logging.getLogger("churn.serve")


def run(settings: Settings, ports: Ports | None = None, sync: bool = True) -> int:
    """Serve the API, and with `ports` the pages beside it; give the exit code when all has ended.

    Without `sync` somebody else brings models to this host's folder, and workers wait for the first.

    Raises SettingsError when it may not or cannot listen, BundleError when there is no model to serve.
    """
    refuse_open(settings)
    reaper = Reaper()
    try:
        with listen(settings.api_host, settings.api_port) as door, TemporaryDirectory(prefix="churn-") as figures:
            shown = pages(settings, ports) if ports else []
            children = workers(settings, door, figures)
            if sync:
                first_bundle(settings.bundle_dir)
                children.append(Child("sync", (*CHURN, "sync"), THREADS, nice=BEHIND))
            return asyncio.run(_together(reaper, door, children, shown, address.of(settings)))
    finally:
        reaper.close()


def refuse_open(settings: Settings) -> None:
    """Raise SettingsError when other machines could reach the API and no key is asked for."""
    if not address.loopback(settings.api_host) and not keys.names(settings.keys_file):
        raise SettingsError(
            f"CHURN_API_HOST={settings.api_host} lets other machines in, and {settings.keys_file} holds no key; "
            "make one: churn keys add NAME --scope predict"
        )


def listen(host: str, port: int) -> socket.socket:
    """Listen; the workers share this socket, so that whoever calls while one is replaced is not turned away."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        door = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as fault:
        why = f"cannot listen on {host}:{port}: {fault.strerror}"
        raise SettingsError(f"{why}; see CHURN_API_HOST and CHURN_API_PORT") from fault
    door.setblocking(False)
    return door


def first_bundle(root: Path) -> None:
    """Have a model brought, unless the host has one. Raises BundleError when none can be."""
    try:
        if bundle.current(root):
            return
        log.info("no model on this host yet: asking the registry")
    except BundleError as fault:
        log.warning("%s", fault)
    words, env = (*CHURN, "sync", "--once"), os.environ | THREADS
    looking = subprocess.run(words, check=False, stdout=subprocess.DEVNULL, env=env)  # noqa: S603  # nosec B603 our own
    if looking.returncode:
        raise BundleError("there is no model to serve; the line above says why")


def workers(settings: Settings, door: socket.socket, figures: str) -> list[Child]:
    """Name the processes that answer; several keep their figures together in a folder made for this start."""
    command = (sys.executable, "-m", "churn.services.worker", str(door.fileno()))
    env = THREADS | THRIFT | ({FIGURES: figures} if settings.api_workers > 1 else {})
    names = [f"API worker {number}" for number in range(1, settings.api_workers + 1)]
    return [Child(name, command, env, (door.fileno(),), essential=True) for name in names]


async def _together(reaper: Reaper, door: socket.socket, children: list[Child], shown: list[Page], api: str) -> int:
    supervisor = Supervisor(reaper)
    log.info("starting; ctrl-C ends it")
    said = [announce("API", api, "/health"), *(announce(one.child.name, one.address, one.health) for one in shown)]
    return await supervisor.run([*children, *(one.child for one in shown)], [_shut(supervisor, door), *said])


async def _shut(supervisor: Supervisor, door: socket.socket) -> None:
    """Close the door as soon as everything ends, so that nobody waits behind it."""
    await supervisor.stopped.wait()
    door.close()


async def announce(name: str, at: str, health: str) -> None:
    """Say an address once it answers."""
    while not await answers(at, health):
        await asyncio.sleep(PAUSE)
    log.info("%-10s %s", name, f"{at}  (description: {at}/docs)" if name == "API" else at)


async def answers(at: str, path: str) -> bool:
    """Tell whether an address says that it is well."""
    where = urlsplit(at)
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(where.hostname, where.port)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\nConnection: close\r\n\r\n".encode())
            said = await reader.readline()
            writer.close()
    except (OSError, TimeoutError):
        return False
    return b" 200 " in said
