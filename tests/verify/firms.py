"""Firms to lose and bring back: one keeps all in a folder, one in PostgreSQL, an MLflow server and a bucket."""

import contextlib
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import boto3
import psycopg

import buckets
import models
import postgres
import serving
from churn.lifecycle import promotion
from churn.lifecycle.promotion import Author
from churn.settings import Settings
from drills.place import ROOT, place
from drills.product import environment

STORE = "s3://churn/mlflow"
AUTHOR = Author("verify", "to be lost and brought back")


@dataclass
class Firm:
    """A folder with everything in it; `env` is what its commands are told."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)
    behind: tuple[str, ...] = ()
    """The options by which a backup is told what is behind a server."""

    def churn(self, *words: str, fine: bool = True) -> str:
        """Type a command, and give what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "churn.cli", *words], cwd=self.folder, env=environment(self.folder, **self.env),
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        if fine and done.returncode:
            raise RuntimeError(f"churn {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def lose(self) -> "Firm":
        """Lose everything but what was copied elsewhere; a new disk stands at another place."""
        new = self.folder.with_name(f"{self.folder.name}-again")
        new.mkdir()
        shutil.copy2(self.folder / "params.yaml", new)
        shutil.rmtree(self.folder)
        return in_files(new)

    def ready(self) -> None:
        """Start what reads the restored stores."""

    @property
    def ledger(self) -> str:
        """Give the address of the ledger."""
        return self.env["CHURN_DATABASE_URL"]


def in_files(folder: Path) -> Firm:
    """Give a firm whose stores are files of a folder, there or not."""
    return Firm(folder, {"CHURN_DATABASE_URL": f"sqlite:///{folder}/ledger.db"})


def embedded(folder: Path) -> Firm:
    """Make a firm whose stores are files."""
    with contextlib.chdir(ROOT):
        place(folder)
    firm = in_files(folder)
    firm.churn("migrate")
    return firm


@dataclass
class Served(Firm):
    """A firm whose stores are servers; `port` is MLflow's."""

    server: postgres.Postgres | None = None
    port: int = 0
    running: subprocess.Popen[bytes] | None = None

    def lose(self) -> "Firm":
        """Drop both databases, empty the bucket, forget the bundle."""
        self.stop()
        self.databases("DROP DATABASE {} WITH (FORCE)", "CREATE DATABASE {}")
        bucket = boto3.resource("s3", endpoint_url=self.env["AWS_ENDPOINT_URL"]).Bucket("churn")
        bucket.objects.all().delete()
        shutil.rmtree(self.folder / "bundle")
        return self

    def ready(self) -> None:
        """Start MLflow on its database and bucket."""
        words = [sys.executable, "-m", "mlflow", "server", "--workers", "1", "--port", str(self.port)]
        words += ["--backend-store-uri", self.behind[1], "--artifacts-destination", STORE]
        quiet = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_S3_ENDPOINT_URL": self.env["AWS_ENDPOINT_URL"]}
        with (self.folder / "mlflow.log").open("ab") as log:
            env = environment(self.folder, **self.env, **quiet)
            self.running = subprocess.Popen(words, env=env, stdout=log, stderr=log, start_new_session=True)
        serving.wait_ready(self.env["MLFLOW_TRACKING_URI"], self.running, within=90.0, path="/health")

    def stop(self) -> None:
        """Stop MLflow."""
        if self.running is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.running.pid, 15)
            self.running.wait(20)

    def databases(self, *orders: str) -> None:
        """Give orders about both databases."""
        assert self.server is not None
        with psycopg.connect(self.server.url(), autocommit=True) as connection:
            for name in ("mlflow", "churn"):
                for order in orders:
                    connection.execute(order.format(name))


@contextlib.contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Make a firm whose stores are servers, and stop them in the end."""
    folder.mkdir()
    shutil.copy2(ROOT / "params.yaml", folder)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # the bucket's server tells each request
    with postgres.started() as server, buckets.bucket() as bucket, _lent(AWS_ENDPOINT_URL=bucket, **buckets.KEYS):
        firm = _served(folder, server, bucket)
        try:
            firm.databases("CREATE DATABASE {}")
            firm.ready()
            firm.churn("migrate")
            _fill(firm)
            yield firm
        finally:
            firm.stop()


def _served(folder: Path, server: postgres.Postgres, bucket: str) -> Served:
    port = serving.free_port()
    ledger, registry = (server.url().replace("/postgres?", f"/{name}?") for name in ("churn", "mlflow"))
    behind = ("--registry", registry.replace("postgresql:", "postgresql+psycopg:"), "--artifacts", STORE)
    env = {
        **buckets.KEYS, "AWS_ENDPOINT_URL": bucket, "CHURN_DATABASE_URL": ledger,
        "MLFLOW_TRACKING_URI": f"http://127.0.0.1:{port}",
        "PATH": f"{server.programs}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    return Served(folder, env, behind, server, port)


def _fill(firm: Served) -> None:
    """Promote a version, and bring it to the bundle."""
    known = Settings(_env_file=None, CHURN_LOCK_DIR=firm.folder, CHURN_USER="verify", **{
        name: firm.env[name] for name in ("MLFLOW_TRACKING_URI", "CHURN_DATABASE_URL")
    })  # fmt: skip
    with contextlib.chdir(ROOT):
        models.enter(known, firm.folder, models.model())
        promotion.promote(known, models.REGISTER, AUTHOR)
    firm.churn("sync", "--once")


@contextlib.contextmanager
def _lent(**env: str) -> Iterator[None]:
    """Set variables of this process for a while."""
    before = {name: os.environ.get(name) for name in env}
    os.environ.update(env)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
