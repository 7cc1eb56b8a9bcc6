"""podman behind Docker's API for docker-compose, and health checks run by hand where no systemd turns them."""

import contextlib
import os
import subprocess
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

CONFIGURATION = Path(__file__).parents[1] / "engine" / "containers.conf"
PULSE = 2.0
"""Seconds between two rounds of health checks; compose asks for one each five."""
PROBED_WITHIN = 20.0
NEEDED = ("podman", "docker-compose", "runc")


class Engine:
    """An API on a socket, for as long as the context lasts."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "podman.sock"
        self.environment = os.environ | {
            "CONTAINERS_CONF": str(CONFIGURATION), "DOCKER_HOST": f"unix://{self.socket}", "DOCKER_CONFIG": str(folder),
        }  # fmt: skip
        self._over = threading.Event()
        self._pulse = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        words = ("podman", "system", "service", "--time", "0", f"unix://{self.socket}")
        self._server = subprocess.Popen(words, env=self.environment, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 90
        while not self.socket.exists():
            assert time.monotonic() < until, "podman's service did not open its socket"
            time.sleep(0.05)
        self._pulse.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._pulse.join(30)
        self._server.terminate()
        self._server.wait(20)

    def podman(self, *words: str, seconds: float = 60.0) -> str:
        """Run podman. Raises CalledProcessError."""
        done = subprocess.run(
            ("podman", *words), env=self.environment, timeout=seconds, check=True, capture_output=True
        )
        return done.stdout.decode().strip()

    def said(self, name: str) -> str:
        """Give what a container said, in one line."""
        words, both = ("podman", "logs", name), subprocess.STDOUT
        done = subprocess.run(words, env=self.environment, check=True, stdout=subprocess.PIPE, stderr=both, timeout=60)
        return " ".join(done.stdout.decode().split())

    def running(self, *filters: str) -> list[str]:
        """Name the containers that run and have a health check of which we do not know that it is well."""
        words = ("ps", "--format", "{{.Names}} {{.Status}}", *(f"--filter={one}" for one in filters))
        lines = self.podman(*words).splitlines()
        return [line.split()[0] for line in lines if "starting" in line or "unhealthy" in line]

    def _beat(self) -> None:
        while not self._over.wait(PULSE):
            with contextlib.suppress(subprocess.SubprocessError):
                asked = [self._probe(name) for name in self.running("label=com.docker.compose.project")]
                for one in asked:  # all at once: a slow one must not keep the others from being well
                    one.wait(PROBED_WITHIN)

    def _probe(self, name: str) -> "subprocess.Popen[bytes]":
        words = ("podman", "healthcheck", "run", name)
        quiet = subprocess.DEVNULL
        return subprocess.Popen(words, env=self.environment, stdout=quiet, stderr=quiet)
