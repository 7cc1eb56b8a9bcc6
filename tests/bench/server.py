"""One contender's process: started on a core of its own, watched, stopped."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import psutil

from bench.contenders import OURS, Contender, filled, written

SERVER_CORE, LOAD_CORE = 0, max(os.sched_getaffinity(0))
PATIENCE = 90.0
QUIET = {"OMP_NUM_THREADS": "1", "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "1", "PYTHONHASHSEED": "0"}
ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A contender's process tree, pinned to one core."""

    def __init__(self, contender: Contender, folder: Path, database: str = "") -> None:
        self.contender, self.folder, self.port = contender, folder, free_port()
        self._values = {"port": self.port, "spare": free_port(), "folder": folder, "database": database}
        for name, content in contender.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(written(content, self._values))
        self._door = socket.create_server(("127.0.0.1", self.port), backlog=2048) if self._inherits else None
        if self._door:
            self._values["descriptor"] = self._door.fileno()
        self.log = folder / f"{contender.key}.log"
        self.started = time.perf_counter()
        self.process = self._start()
        self.seconds_to_ready = self._wait()

    @property
    def _inherits(self) -> bool:
        """Tell whether the contender answers on a socket that it is given, as the product's workers do."""
        return "{descriptor}" in self.contender.command

    def _start(self) -> subprocess.Popen[bytes]:
        extra = {key: filled(value, self._values) for key, value in self.contender.env.items()}
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("CHURN_", "MLFLOW_"))}
        paths = os.pathsep.join([str(ROOT / "src"), extra.pop("PYTHONPATH", "")])
        binaries = os.pathsep.join([str(OURS), os.environ["PATH"]])  # mlflow starts uvicorn by name
        env = {
            **kept,
            **QUIET,
            "PATH": binaries,
            "BENCH_MODEL": str(self.folder / "model"),
            "PYTHONPATH": paths,
            **extra,
        }
        words = ["taskset", "--cpu-list", str(SERVER_CORE)]
        words += [filled(word, self._values) for word in self.contender.command]
        with self.log.open("wb") as log:
            return subprocess.Popen(
                words,
                env=env,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=[self._door.fileno()] if self._door else [],
            )

    def _wait(self) -> float:
        while time.perf_counter() - self.started < PATIENCE:
            if self.process.poll() is not None:
                break
            if self._answers():
                return time.perf_counter() - self.started
            time.sleep(0.02)
        self.stop()
        raise RuntimeError(f"{self.contender.name} did not start:\n{self.log.read_text()[-2000:]}")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{self.contender.alive}", timeout=5) as said:
                return said.status == 200
        except OSError:
            return False

    def cpu_seconds(self) -> float:
        """Sum the CPU time of the process tree so far, user and system."""
        return sum(sum(times[:4]) for times in self._each("cpu_times"))

    def unique_mb(self) -> list[float]:
        """Give the memory that each process shares with nobody, largest first."""
        return sorted((seen.uss / 2**20 for seen in self._each("memory_full_info")), reverse=True)

    def _each(self, what: str) -> list[Any]:
        try:
            top = psutil.Process(self.process.pid)
            tree = [top, *top.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []
        seen = []
        for one in tree:
            try:
                seen.append(getattr(one, what)())
            except psutil.NoSuchProcess:
                continue
        return seen

    def stop(self) -> None:
        """End the process group that was started here."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, sign)
                self.process.wait(10)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
        if self._door:
            self._door.close()
