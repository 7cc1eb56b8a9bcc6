"""The stage of the soak: PostgreSQL, the API in as many workers and copies as asked, nginx before them."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

import serving
from churn.services.load.connection import encode
from churn.services.load.drive import bodies
from postgres import Postgres
from verify.edge import behind, place

COUNT = "SELECT COUNT(*) FROM record"


@dataclass(frozen=True)
class Stage:
    """A service behind nginx: where it is reached, and the requests that are sent to it."""

    port: int
    requests: list[bytes]
    database: str

    def kept(self) -> int:
        """Count the records of the ledger."""
        with psycopg.connect(self.database) as connection:
            (count,) = connection.execute(COUNT).fetchone() or (0,)
            return int(count)


@contextmanager
def stage(folder: Path, server: Postgres, workers: int, copies: int = 1) -> Iterator[Stage]:
    """Run it, with an empty ledger."""
    database = server.emptied()
    env = {"CHURN_DATABASE_URL": database.replace("postgresql://", "postgresql+psycopg://"), "CHURN_QUEUE": "4096"}
    subprocess.run(
        [sys.executable, "-m", "churn.cli", "migrate"], cwd=folder, env=serving.environment(folder, **env), check=True,
        capture_output=True,
    )  # fmt: skip
    with ExitStack() as stack:
        apis = [stack.enter_context(behind.api(folder, workers, **env))[0] for _ in range(copies)]
        behind.ready(*(f"http://{one}/ready" for one in apis))
        edge = stack.enter_context(place.edge(folder / f"edge-{workers}-{copies}", "dev", {"api:8000": apis}))
        port = int(edge.url.rpartition(":")[2])
        headers = {"authorization": f"Bearer {(folder / 'key').read_text()}"}
        asked = [encode(f"127.0.0.1:{port}", "/api/predict?purpose=test", body, headers) for body in bodies(1)]
        yield Stage(port, asked, database)
