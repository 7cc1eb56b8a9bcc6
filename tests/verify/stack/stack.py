"""The project's own docker-compose.yml in an empty folder, with first secrets, brought up for real."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from verify.stack.engine import Engine

ROOT = Path(__file__).parents[3]
SHIPPED = ("docker-compose.yml", "docker", "nginx", "monitoring", "tests/verify/stack")
HOOK = "http://hook:9099/"
DEV = ("nginx-dev", "doors")
"""What profile dev adds."""
ONE_SHOT = ("migrate", "bucket")
UP_WITHIN = 600.0


class Stack:
    """What compose runs, as a person would start it."""

    def __init__(self, engine: Engine, folder: Path, ports: Sequence[int], table: Path) -> None:
        self.engine, self.folder, (self.http, self.https, self.dev) = engine, folder / "project", ports
        self.settings = {
            "CHURN_HTTP_PORT": f"127.0.0.1:{self.http}",
            "CHURN_HTTPS_PORT": f"127.0.0.1:{self.https}",
            "CHURN_DEV_PORT": str(self.dev),
            "VERIFY_TABLE": str(table),
        }

    def lay(self) -> None:
        """Copy what ships and make the first secrets, as `make compose-secrets` does."""
        for name in SHIPPED:
            source, target = ROOT / name, self.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(source, target) if source.is_dir() else shutil.copy2(source, target)
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        words = ("sh", "docker/first_secrets.sh")
        env = os.environ | {"PATH": path}
        said = subprocess.run(words, cwd=self.folder, env=env, check=True, capture_output=True, text=True).stdout
        (self.secrets / "alertmanager/slack").write_text(HOOK)
        found = re.search(r"user (\w+), password (\w+)", said)
        self.signed_in = (found[1], found[2]) if found else ("", "")
        self.settings["VERIFY_HOOK_IMAGE"] = self.images()["api"]

    @property
    def secrets(self) -> Path:
        """Where first secrets stand."""
        return self.folder / ".churn/compose"

    def secret(self, name: str) -> str:
        """Read a line of .env."""
        lines = dict(line.split("=", 1) for line in (self.folder / ".env").read_text().splitlines())
        return lines[name]

    def compose(self, *words: str, seconds: float = 120.0) -> str:
        """Run docker-compose over both files. Raises CalledProcessError."""
        files = ("-f", "docker-compose.yml", "-f", "tests/verify/stack/override.yml")
        command = ("docker-compose", "--project-directory", ".", *files, *words)
        env = self.engine.environment | self.settings
        return subprocess.run(
            command, cwd=self.folder, env=env, timeout=seconds, check=True, capture_output=True, text=True
        ).stdout

    def images(self) -> dict[str, str]:
        """Name each service's image."""
        words = ("docker-compose", "--profile", "*", "config", "--format", "json")
        told = subprocess.run(words, cwd=self.folder, env=self.engine.environment, check=True, capture_output=True)
        return {name: one["image"] for name, one in json.loads(told.stdout)["services"].items()}

    def up(self) -> float:
        """Bring up what .env says; give the seconds until all are healthy."""
        began = time.monotonic()
        words = ("up", "--detach", "--no-build", "--pull", "never")
        with contextlib.suppress(subprocess.TimeoutExpired):  # what is not well is named below
            self.compose(*words, seconds=UP_WITHIN)
        if ill := self.still_ill(UP_WITHIN):
            raise TimeoutError(f"not healthy within {UP_WITHIN:g} s: {', '.join(ill)}")
        return time.monotonic() - began

    def change(self, old: tuple[str, ...], profile: str) -> float:
        """Go to another profile, and give the seconds until all are healthy again."""
        self.compose("rm", "--stop", "--force", *old)
        self.settings["COMPOSE_PROFILES"] = profile
        return self.up()

    def states(self) -> list[dict[str, Any]]:
        """Tell how each container is."""
        lines = self.compose("ps", "--all", "--format", "json").splitlines()
        return [json.loads(line) for line in lines]

    def ill(self) -> list[str]:
        """Name what is not there, or neither healthy nor done."""
        told = {one["Service"]: (one["State"], one["Health"], one["ExitCode"]) for one in self.states()}
        how = {name: (probed, *told.get(name, ("absent", "", 0))) for name, probed in self.probed().items()}
        return [f"{name} {' '.join(map(str, one[1:]))}" for name, one in how.items() if not _well(name, *one)]

    def still_ill(self, seconds: float) -> list[str]:
        """Wait until all is well, and name what is not after so long."""
        began = time.monotonic()
        while (ill := self.ill()) and time.monotonic() - began < seconds:
            time.sleep(0.5)
        return ill

    def probed(self) -> dict[str, bool]:
        """Name the services of the profile that is up, and whether each has a health check."""
        services = json.loads(self.compose("config", "--format", "json"))["services"]
        return {name: not one.get("healthcheck", {"disable": True}).get("disable") for name, one in services.items()}

    def inside(self, service: str, *words: str, seconds: float = 60.0) -> str:
        """Run a command in a service's container."""
        return self.compose("exec", "-T", service, *words, seconds=seconds)

    def once(self, service: str, seconds: float) -> tuple[int, str]:
        """Run a one-shot service; give its exit code, which `compose run` does not know of podman, and what it said."""
        name = f"verify-{service}"
        self.compose("--profile", service, "run", "--detach", "--name", name, service)
        code = int(self.engine.podman("wait", name, seconds=seconds))
        said = self.engine.said(name)
        self.engine.podman("rm", name)
        return code, said

    def published(self) -> list[str]:
        """List each address of this machine that leads to a container, as 127.0.0.1:8080."""
        told = self.engine.podman("ps", "--format", "{{.Ports}}", "--filter=label=com.docker.compose.project")
        return re.findall(r"([^\s,]*:\d+)->", told)

    def container(self, service: str) -> str:
        """Name a service's container."""
        return f"telco-churn-{service}-1"

    def strike(self, service: str) -> None:
        """Kill the first process of a container, and so all of them; an engine's own `kill` means: stay down."""
        words = ("inspect", "--format", "{{.State.Pid}}", self.container(service))
        os.kill(int(self.engine.podman(*words)), signal.SIGKILL)

    def address(self, service: str, network: str) -> str:
        """Find a container on this machine's own bridge."""
        form = f'{{{{(index .NetworkSettings.Networks "telco-churn_{network}").IPAddress}}}}'
        return self.engine.podman("inspect", "--format", form, self.container(service))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.compose("--profile", "*", "down", "--volumes", "--remove-orphans", "--timeout", "5", seconds=180)


def _well(name: str, probed: bool, state: str, health: str, code: int) -> bool:
    if name in ONE_SHOT:
        return state == "exited" and code == 0
    return state == "running" and health == ("healthy" if probed else "")
