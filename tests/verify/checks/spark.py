"""Scoring on a real Spark cluster of one master and two workers: equal to one machine, also while what works dies."""

import csv
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq

import serving
from churn import contract
from customers import invent
from verify.row import Row, judged, not_run
from verify.spark import alike, cluster, events
from verify.spark.cluster import HOME, Cluster

ROWS, FILES, TIMES = 25_000, 4, 6
BROKEN = {12: "tenure", 20_011: "Contract", 24_999: "MonthlyCharges"}
"""Rows of the first file that break the contract, and where."""
KILLS = 2
WITHIN = 420.0


@dataclass(frozen=True)
class Desk:
    """A folder with a bundle, customers as one file and as many, and a cluster."""

    folder: Path
    at: Cluster

    def churn(self, *words: str, python: Path = HOME) -> subprocess.Popen[str]:
        """Call `churn`, as a person would."""
        known = serving.environment(self.folder) | self.at.environment
        return subprocess.Popen(
            [python / "bin/churn", *words], cwd=self.folder, env=known, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip


def check(folder: Path) -> Iterator[Row]:
    """Start a cluster and score on it."""
    if not HOME.is_dir():
        yield not_run("churn score --engine spark", "no .venv-spark here; `make verify-spark` makes it")
        return
    _customers(folder)
    with cluster.running(folder / "cluster") as at:
        desk = Desk(folder, at)
        yield from _equal(desk)
        yield _killed(desk)
    yield _away(desk)


def _equal(desk: Desk) -> Iterator[Row]:
    """Score the same table on one machine and on the cluster."""
    _said(desk.churn("score", "few.parquet", "here.parquet"))
    words = ("score", "few", "there", "--engine", "spark", "--master", desk.at.url)
    began = time.monotonic()
    told = _said(desk.churn(*words))
    took, seen = time.monotonic() - began, events.read(desk.at.events)
    wrong, apart = alike.faults(desk.folder / "here.parquet", desk.folder / "there")
    wrong += [f"only {len(seen.done)} executor worked"] if len(seen.done) < cluster.WORKERS else []
    figures = f"{ROWS * FILES:,} rows in {FILES} files, {apart:.1e} apart at most, {seen.words}, {took:.0f} s"
    yield judged("churn score --engine spark", f"churn {' '.join(words)}", wrong, figures)
    here, there = ((desk.folder / f"{name}.rejects.csv").read_text() for name in ("here", "there"))
    wrong = [] if here == there and _broken(there) == set(BROKEN.items()) else ["the rejects are not those of one file"]
    yield judged("rejects on Spark", "diff here.rejects.csv there.rejects.csv", wrong, f"{len(BROKEN)} rows, the same")
    record = re.findall(r"record (\w+)", told)[0]
    row = f"{record}.{ROWS * FILES - 1}"
    again = desk.churn("why", row)
    out, fault = again.communicate(timeout=WITHIN)
    wrong = [] if again.returncode == 0 and "to the last bit" in out else [out + fault]
    yield judged("churn why, of a row scored on Spark", f"churn why {row}", wrong, "the same number, to the last bit")


def _killed(desk: Desk) -> Row:
    """Kill a Python process, and then a whole executor, while they score."""
    _said(desk.churn("score", "many.parquet", "here2.parquet"))
    job = desk.churn("score", "many", "there2", "--engine", "spark", "--master", desk.at.url)
    for had in range(1, KILLS + 1):
        _when(lambda had=had: _committed(desk) >= had and _struck(desk.at), job)
    _when(lambda: _committed(desk) > KILLS and bool(desk.at.executors()), job)
    desk.at.executors()[0].kill()
    _said(job)
    wrong, apart = alike.faults(desk.folder / "here2.parquet", desk.folder / "there2")
    seen = events.read(desk.at.events)
    wrong += [] if "ExceptionFailure" in seen.died and seen.again else ["no task died and was done again"]
    wrong += [] if seen.lost else ["no executor was lost"]
    rows = ROWS * FILES * TIMES
    return judged(
        "a failing partition and a killed executor",
        "kill -9 of an executor's Python and of an executor, while they score",
        wrong, f"{rows:,} rows, none lost or doubled, {apart:.1e} apart at most, {seen.words}",
    )  # fmt: skip


def _struck(at: Cluster) -> bool:
    """Kill the Python processes that score at this moment; one that idles would take no task with it."""
    before = {one: _spent(one) for one in at.pythons()}
    time.sleep(0.05)
    busy = [one for one, spent in before.items() if _spent(one) - spent >= 0.02]
    for python in busy:
        with suppress(psutil.NoSuchProcess):
            python.kill()
    return bool(busy)


def _spent(process: psutil.Process) -> float:
    try:
        return float(process.cpu_times().user)
    except psutil.NoSuchProcess:
        return 0.0


def _away(desk: Desk) -> Row:
    """Ask a master that is gone."""
    began = time.monotonic()
    job = desk.churn("score", "few", "nowhere", "--engine", "spark", "--master", desk.at.url)
    _, fault = job.communicate(timeout=WITHIN)
    left = [one.name for one in desk.folder.glob("*nowhere*")]
    wrong = [] if job.returncode == 1 and "no master answers there" in fault and not left else [fault, *left]
    return judged("a master that is away", "churn score --master (stopped)", wrong, f"{time.monotonic() - began:.1f} s")


def _customers(folder: Path) -> None:
    """Put a bundle, and the same customers in a file and in a folder, few and many, the last by links to the first."""
    serving.bundled(folder / "bundle")
    drawn = [invent(ROWS, seed=number) for number in range(FILES)]
    for row, column in BROKEN.items():
        drawn[0].iloc[row, drawn[0].columns.get_loc(column)] = "nonsense"
    tables = [pa.Table.from_pandas(one.drop(columns=contract.TARGET), preserve_index=False) for one in drawn]
    for name, times in (("few", 1), ("many", TIMES)):
        (folder / name).mkdir()
        pq.write_table(pa.concat_tables(tables * times), folder / f"{name}.parquet")
        for number in range(FILES * times):
            path, first = (
                folder / name / f"part {number:03d}.parquet",
                folder / f"few/part {number % FILES:03d}.parquet",
            )
            path.hardlink_to(first) if first.exists() else pq.write_table(tables[number % FILES], path)


def _broken(rejects: str) -> set[tuple[int, str]]:
    return {(int(line["row"]), line["column"]) for line in csv.DictReader(rejects.splitlines())}


def _committed(desk: Desk) -> int:
    """Count the tasks of the running job whose answers are committed."""
    return len(list(desk.folder.glob(".there2.*/_temporary/0/task_*")))


def _when(true: Callable[[], bool], job: subprocess.Popen[str]) -> None:
    """Wait for a moment of a job that runs."""
    until = time.monotonic() + WITHIN
    while not true():
        if job.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"the job ended ({job.returncode}) before it could be disturbed: {job.communicate()}")
        time.sleep(0.02)


def _said(job: subprocess.Popen[str]) -> str:
    """Wait for the end of a call, which is to be a good one."""
    out, fault = job.communicate(timeout=WITHIN)
    if job.returncode:
        raise RuntimeError(f"{' '.join(map(os.fspath, job.args))} ended with {job.returncode}: {fault[-2000:]}")
    return out
