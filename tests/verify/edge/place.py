"""The shipped nginx files, run by the real nginx: only ports, addresses and folders are this machine's."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from serving import free_port

SHIPPED = Path(__file__).parents[3] / "nginx"
ENTRIES = ("dev", "prod", "cluster")
DOORS = SHIPPED.parent / "docker/doors.conf"
LOCAL = "127.0.0.1"
NAME, PASSWORD = "operator", "not-a-secret"
WITHIN = 10.0

Upstreams = Mapping[str, Sequence[str]]
"""Addresses by the name and port that the files say, such as api:8000."""
NOBODY: Upstreams = {name: [f"{LOCAL}:9"] for name in ("api:8000", "dashboard:8501", "mlflow:5000")}


@dataclass(frozen=True)
class Edge:
    """A running nginx; `secure` is its address with TLS, where the entry has one."""

    folder: Path
    process: "subprocess.Popen[bytes]"
    url: str
    secure: str

    @property
    def certificate(self) -> str:
        """Name the file whom a client has to trust."""
        return str(self.folder / "secrets/tls.crt")

    @property
    def said(self) -> str:
        """Give what nginx wrote: a line a request, and its own words."""
        return (self.folder / "log").read_text()

    def client(self, **options: object) -> httpx.Client:
        """Give a client of the address with TLS, or of the plain one."""
        return httpx.Client(base_url=self.secure or self.url, verify=self.certificate, timeout=30, **options)  # type: ignore[arg-type]


@contextmanager
def edge(folder: Path, entry: str, upstreams: Upstreams = NOBODY) -> Iterator[Edge]:
    """Run nginx with an entry until the context ends."""
    ports = {8080: free_port(), 8443: free_port()}
    spelt(folder, ports, upstreams)
    with (folder / "log").open("ab") as log:
        running = subprocess.Popen([*command(folder, entry), "-g", words()], stdout=log, stderr=log)
    secure = f"https://localhost:{ports[8443]}" if entry == "prod" else ""
    made = Edge(folder, running, f"http://{LOCAL}:{ports[8080]}", secure)
    try:
        _healthy(made)
        yield made
    finally:
        running.send_signal(signal.SIGQUIT if running.poll() is None else 0)
        with suppress(subprocess.TimeoutExpired):
            running.wait(2)
        running.kill()
        running.wait()


def spelt(folder: Path, ports: Mapping[int, int], upstreams: Upstreams) -> Path:
    """Write the files as they run here, and what they expect in the folder of secrets."""
    conf, own = folder / "nginx", folder / "tmp"
    own.mkdir(parents=True, exist_ok=True)
    shutil.copytree(SHIPPED, conf, dirs_exist_ok=True)
    changes = {" /tmp/": f" {own}/", "/run/secrets": str(folder / "secrets")}
    changes |= {f"listen {old}": f"listen {LOCAL}:{new}" for old, new in ports.items()}
    for name, addresses in {**NOBODY, **upstreams}.items():
        options = " max_fails=1 fail_timeout=2s;"
        changes[f"server {name}{options}"] = "\n    ".join(f"server {one}{options}" for one in addresses)
    for path in conf.glob("*.conf"):
        text = path.read_text()
        for old, new in changes.items():
            text = text.replace(old, new)
        path.write_text(text)
    text = re.sub(r"http://[a-z]+:", f"http://{LOCAL}:", DOORS.read_text())
    (conf / DOORS.name).write_text(text.replace(" /tmp/", f" {own}/"))
    _secrets(folder / "secrets")
    return conf


def command(folder: Path, entry: str) -> list[str]:
    """Spell the command that runs an entry."""
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx" / f"{entry}.conf")]


def words() -> str:
    """Give the directives of the command line: here the folders belong to whoever runs the check."""
    return "daemon off; user root;" if os.geteuid() == 0 else "daemon off;"


def _secrets(folder: Path) -> None:
    if folder.exists():
        return
    folder.mkdir()
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    made += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    made += ["-keyout", str(folder / "tls.key"), "-out", str(folder / "tls.crt")]
    subprocess.run(made, check=True, capture_output=True)
    hashed = subprocess.run(["openssl", "passwd", "-6", PASSWORD], check=True, capture_output=True, text=True)
    (folder / "mlflow_users").write_text(f"{NAME}:{hashed.stdout}")


def _healthy(made: Edge) -> None:
    until = time.monotonic() + WITHIN
    while time.monotonic() < until and made.process.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(f"{made.url}/healthy").text == "healthy\n":
                return
        time.sleep(0.05)
    raise RuntimeError(f"nginx did not start: {made.said[-2000:]}")
