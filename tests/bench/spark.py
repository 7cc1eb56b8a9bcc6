"""`make bench-spark`: `churn score` on a Spark cluster of this machine's cores and on the machine alone, in one run."""

import argparse
import datetime as dt
import importlib.metadata
import logging
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pyarrow.parquet as pq

import serving
from bench.file_models import make_table
from bench.machine import processor
from verify.spark import alike, cluster
from verify.spark.cluster import HOME, Cluster

ROOT = Path(__file__).parents[2]
FOLDER, REPORT = ROOT / ".churn/bench-spark", ROOT / "reports/benchmarks/spark.md"
PART = 1_000_000
"""Rows of a file; a table of more is links to one file, and one file for the machine alone."""
PACKAGES = ("pyarrow", "onnxruntime", "numpy")
COMPARED = 5_000_000
"""Rows up to which every answer is held against the other's."""
log = logging.getLogger("bench")


@dataclass(frozen=True)
class Turn:
    """What a call of `churn score` took from its start to its end, and the most memory of all its processes."""

    rows: int
    seconds: float
    peak_mb: float


def main() -> int:
    """Measure, print the page, and write it."""
    asked = _asked()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    serving.bundled(FOLDER / "bundle")
    make_table(FOLDER / "part.parquet", PART)
    turns: dict[str, list[Turn]] = {"alone": [], "spark": []}
    faults: list[str] = []
    with cluster.running(FOLDER / "cluster") as at:
        for rows in asked.rows:
            faults += _measured(rows, at, turns)
    page = "\n".join([_head(), *_table(turns), _crossover(turns), *map(str, faults)]) + "\n"
    log.info("%s", page)
    REPORT.write_text(page)
    return int(bool(faults))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.spark")
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 5_000_000, 10_000_000, 50_000_000])
    return parser.parse_args()


def _measured(rows: int, at: Cluster, turns: dict[str, list[Turn]]) -> list[str]:
    """Score a table of so many rows both ways; say where they differ."""
    with _customers(rows) as (file, folder):
        here, there = FOLDER / "here.parquet", FOLDER / "there"
        turns["alone"].append(_turn(rows, at, file, here))
        turns["spark"].append(_turn(rows, at, folder, there, "--engine", "spark", "--master", at.url))
        faults = alike.faults(here, there)[0] if rows <= COMPARED else []
        here.unlink()
        shutil.rmtree(there)
    return [f"**{rows:,} rows: {fault}**" for fault in faults]


@contextmanager
def _customers(rows: int) -> Iterator[tuple[Path, Path]]:
    """Give the same customers as one file and as a folder of them."""
    file, folder, part = FOLDER / "many.parquet", FOLDER / "many", FOLDER / "part.parquet"
    table = pq.read_table(part)
    folder.mkdir()
    with pq.ParquetWriter(file, table.schema) as writer:
        for number in range(max(rows // PART, 1)):
            writer.write_table(table.slice(0, rows))
            path = folder / f"part-{number:04d}.parquet"
            path.hardlink_to(part) if rows >= PART else pq.write_table(table.slice(0, rows), path)
    yield file, folder
    file.unlink()
    shutil.rmtree(folder)


def _turn(rows: int, at: Cluster, *words: object) -> Turn:
    """Call `churn score` as a person would, and watch the memory of it and of the cluster's executors."""
    known = serving.environment(FOLDER) | at.environment
    command = [str(HOME / "bin/churn"), "score", *map(str, words), "--no-ledger"]
    began, peak = time.monotonic(), 0
    with (FOLDER / "turn.log").open("wb") as told:
        job = subprocess.Popen(command, env=known, cwd=FOLDER, stdout=told, stderr=told)
        while job.poll() is None:
            peak = max(peak, sum(map(_resident, [psutil.Process(job.pid), *at.executors()])))
            time.sleep(0.1)
    taken = time.monotonic() - began
    if job.returncode:
        raise RuntimeError(f"{' '.join(command)}: {(FOLDER / 'turn.log').read_text()[-2000:]}")
    log.info("  %s: %.1f s", " ".join(command[1:]), taken)
    return Turn(rows, taken, peak / 1e6)


def _resident(process: psutil.Process) -> int:
    """Add up what a process and its children hold; one that has just ended holds nothing."""
    total = 0
    try:
        for one in [process, *process.children(recursive=True)]:
            total += one.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return total


def _table(turns: dict[str, list[Turn]]) -> list[str]:
    lines = [
        "| rows | alone s | rows/s | peak MB | Spark s | rows/s | peak MB | Spark's time |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for alone, spark in zip(turns["alone"], turns["spark"], strict=True):
        cells = [f"{one.seconds:.1f} | {one.rows / one.seconds:,.0f} | {one.peak_mb:,.0f}" for one in (alone, spark)]
        lines.append(f"| {alone.rows:,} | {' | '.join(cells)} | {spark.seconds / alone.seconds:.1f} x |")
    return lines


def _crossover(turns: dict[str, list[Turn]]) -> str:
    """Say from how many rows, or from how many cores, Spark is faster."""
    faster = [a.rows for a, s in zip(turns["alone"], turns["spark"], strict=True) if s.seconds < a.seconds]
    if faster:
        return f"\n**Crossover**: on this machine Spark is faster from {faster[0]:,} rows."
    alone, spark = _cost(turns["alone"]), _cost(turns["spark"])
    if not alone or not spark:
        return "\n**Crossover**: none on this machine; one size tells nothing of how cost grows."
    cores = spark * cluster.WORKERS / alone
    return NONE.format(alone=alone * 1e6, spark=spark * 1e6, used=cluster.WORKERS, cores=cores)


def _cost(turns: list[Turn]) -> float:
    """Give the seconds a further row costs: from the smallest size to the largest, what starting costs left out."""
    rows = turns[-1].rows - turns[0].rows
    return (turns[-1].seconds - turns[0].seconds) / rows if rows else 0.0


def _head() -> str:
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    spark = next(HOME.glob("lib/python3*/site-packages/pyspark-*.dist-info")).name.split("-")[1].removesuffix(".dist")
    command = " ".join(["make bench-spark", *([f'ARGS="{" ".join(sys.argv[1:])}"'] if sys.argv[1:] else [])])
    return HOW.format(
        command=command, when=f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC", machine=processor(),
        versions=f"pyspark {spark}, {versions}", compared=f"{COMPARED:,}",
    )  # fmt: skip


HOW = """# Scoring on Spark

`{command}`, {when}

The same customers as one Parquet file for `churn score` alone, and as a folder of files of a million rows each for
`churn score --engine spark` on a standalone cluster of one master and two workers of one core each, all on this
machine's loopback. Times are whole calls, from the start of `churn` to its end: Python, the model, Java, the session,
check of every cell, answers, both digests. Up to {compared} rows every answer of the one is held against the other's
to 1e-6. Memory is that of the call, and for Spark of the executors and their Python processes too.

- Machine: {machine}
- Versions: {versions}
"""

NONE = """
**Crossover**: none on this machine, at any size measured. A further million rows cost {alone:.1f} s alone and
{spark:.1f} s on {used} cores of Spark; were Spark's share to shrink with every core, it would be level from about
{cores:.0f} cores of workers up (reckoned, not measured). Below that,
Spark is for tables that one machine's disk does not hold, or that are on a cluster already; memory is no reason: alone
needs the same for any size."""

if __name__ == "__main__":
    sys.exit(main())
