"""`make soak`: half the measured peak through nginx for ten minutes; and one worker against two."""

import argparse
import datetime as dt
import logging
import os
import platform
import shlex
import sys
import tempfile
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

import postgres
from churn.services.load.generator import Generator
from churn.services.load.result import Load
from soak.pace import Pace
from soak.stage import Stage, stage
from soak.stolen import Stolen
from verify.edge import behind

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "reports/benchmarks/soak.md"
BOUND, SHARE = 0.05, 0.999
TAKEN = 0.02
"""Share of the cores that a neighbour may have taken in a second of which we say that we were undisturbed."""
CONNECTIONS, SPREAD = 32, 64
SHAPES = ((1, 1), (2, 1), (1, 2))
"""Workers of a copy, and copies behind nginx."""
HEAD = """# Soak

`make soak ARGS="{words}"`, {when:%Y-%m-%d %H:%M} UTC, {cores} cores ({machine}),
load average before it {before:.1f}. nginx, the API, PostgreSQL and whoever asks share these cores. Every
prediction is in the ledger before it is answered; PostgreSQL has the settings of docker-compose.yml. At the
steady rate a request's time begins when it was due.

"""
log = logging.getLogger("soak")


def main() -> int:
    """Measure, tell, and exit 1 where the promise is not kept."""
    parser = argparse.ArgumentParser(prog="soak")
    parser.add_argument("--seconds", type=float, default=600.0, help="of the steady rate")
    parser.add_argument("--peak-seconds", type=float, default=15.0, help="of each measurement of a peak")
    parser.add_argument("--write", action="store_true", help=f"write {REPORT.relative_to(ROOT)}")
    asked = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stdout)
    log.setLevel(logging.INFO)
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="soak-") as made, postgres.started(shipped()) as server:
        folder = Path(made)
        (folder / "key").write_text(behind.place(folder))
        peaks = [scaled(folder, server, *shape, asked.peak_seconds) for shape in SHAPES]
        with stage(folder, server, 2) as there:
            rows, held = steady(there, asked.seconds, asked.peak_seconds)
    cores, machine = len(os.sched_getaffinity(0)), platform.machine()
    page = HEAD.format(
        words=shlex.join(sys.argv[1:]), when=dt.datetime.now(dt.UTC), cores=cores, machine=machine, before=before
    )
    page += "\n".join([*rows, "", *grown(peaks)]) + "\n"
    log.info("%s", page)
    if asked.write:
        REPORT.write_text(page)
    return int(not held)


def shipped() -> str:
    """Give the settings with which docker-compose.yml starts PostgreSQL."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return shlex.join(services["postgres"]["command"][1:])


def steady(there: Stage, seconds: float, peak_seconds: float) -> tuple[list[str], bool]:
    """Measure the peak, then half of it for long; give the rows, and whether the promise was kept."""
    peak = _peak(there, peak_seconds)
    before, rate = there.kept(), peak.rate / 2
    pace = Pace(("127.0.0.1", there.port), there.requests, SPREAD)
    with Stolen() as stolen:
        found = pace.run(rate, seconds)
    kept = there.kept() - before
    share = float((found.latencies < BOUND).mean())
    held = share >= SHARE and not found.errors and kept == found.statuses[200] == found.requests
    spread = ", ".join(f"p{name} {found.quantile(at):.1f}" for name, at in (("50", 0.5), ("99", 0.99), ("99.9", 0.999)))
    half = f"at half of it, {rate:,.0f}/s for {seconds:g} s"
    told = f"{share:.4%}; {spread}, slowest {found.quantile(1):.1f} ms"
    return [
        "| promise | | figure |",
        "| --- | --- | --- |",
        f"| peak, closed loop of {CONNECTIONS} connections, 2 workers | | {peak.words} |",
        f"| {SHARE:.1%} within {BOUND * 1000:g} ms {half} | {_word(share >= SHARE)} | {told} |",
        _quiet(found.latencies, stolen.shares(np.array(pace.dues))),
        f"| no error | {_word(not found.errors)} | {found.errors} of {found.requests:,} {found.last_error} |",
        f"| every answer is in the ledger | {_word(kept == found.statuses[200])} | {kept:,} records |",
    ], held


def _quiet(latencies: NDArray[np.float64], taken: NDArray[np.float64]) -> str:
    """Tell what a row is worth on a machine that is shared: the seconds in which its host took next to nothing."""
    quiet = latencies[taken <= TAKEN]
    told = f"the host took {taken.mean():.1%} of the cores over the whole time"
    if len(quiet):
        p99, p999 = np.quantile(quiet, (0.99, 0.999)) * 1000
        share = f"{(quiet < BOUND).mean():.4%} of {len(quiet) / len(latencies):.0%} of the requests"
        told = f"{share}; p99 {p99:.1f}, p99.9 {p999:.1f} ms; {told}"
    return f"| of these, in seconds in which the machine's host took at most {TAKEN:.0%} for others | | {told} |"


def scaled(folder: Path, server: postgres.Postgres, workers: int, copies: int, seconds: float) -> tuple[str, Load]:
    """Measure the peak of so many workers in so many copies."""
    with stage(folder, server, workers, copies) as there:
        return f"{copies} x {workers} worker{'s' if workers > 1 else ''}", _peak(there, seconds)


def grown(peaks: list[tuple[str, Load]]) -> list[str]:
    """Tell the peaks beside the first."""
    first = peaks[0][1].rate or float("nan")
    rows = [
        f"| {name} | {one.rate:,.0f} | {one.rate / first:.2f} | {one.quantile(0.99):.1f} | {one.errors} |"
        for name, one in peaks
    ]
    return [
        "| copies and workers | requests/s | x the first | p99 ms | errors |",
        "| --- | ---: | ---: | ---: | ---: |",
        *rows,
    ]


def _peak(there: Stage, seconds: float) -> Load:
    Generator(("127.0.0.1", there.port), there.requests).run(CONNECTIONS, 2.0)  # warm
    return Generator(("127.0.0.1", there.port), there.requests).run(CONNECTIONS, seconds)


def _word(held: bool) -> str:
    return "met" if held else "**not met**"


if __name__ == "__main__":
    sys.exit(main())
