"""`make bench-files`: pandas + scikit-learn and ours over files, in one run; see reports/benchmarks/files.md."""

import argparse
import datetime as dt
import importlib.metadata
import json
import logging
import os
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.file_models import make_model, make_table
from bench.machine import processor

ROOT = Path(__file__).parents[2]
FOLDER, REPORT = ROOT / ".churn/bench-files", ROOT / "reports/benchmarks/files.md"
PACKAGES = ("pandas", "scikit-learn", "pyarrow", "onnxruntime", "numpy")
NAMES = {"at_once": "pandas + scikit-learn, at once", "batches": "the same in 65 k batches", "ours": "ours"}
PARITY = 1e-6

log = logging.getLogger("bench")


@dataclass(frozen=True)
class Contest:
    """One model over one table: how many rows, which cores, what is promised against pandas at once."""

    family: str
    rows: int
    cores: tuple[int, ...]
    promise: float


@dataclass(frozen=True)
class Turn:
    """What one child process took from file to file: seconds, those of the processor, and its peak of memory in MB."""

    seconds: float
    cpu: float
    peak_mb: float
    apart: float


def main() -> int:
    """Measure, print the page, and write it."""
    asked = _asked()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    every = tuple(range(os.cpu_count() or 1))
    contests = [Contest("scorecard", asked.rows, every, 15.0), Contest("boosting", asked.tree_rows, every[:1], 1.5)]
    parts, broken = [], 0
    for contest in contests:
        table = _contest(contest, asked.rounds)
        parts += _section(contest, table)
        broken += any(turn.apart > PARITY for turns in table.values() for turn in turns)
    parts += _memory(asked.memory)
    page = "\n".join([*_head(), *parts]) + "\n"
    log.info(page)
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(page)
    shutil.rmtree(FOLDER, ignore_errors=True)
    return int(bool(broken))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.files")
    parser.add_argument("--rows", type=int, default=5_000_000, help="of the scorecard's table")
    parser.add_argument("--tree-rows", type=int, default=1_000_000, help="of the trees' table")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", type=int, nargs="*", default=[100_000, 1_000_000, 10_000_000])
    return parser.parse_args()


def _contest(contest: Contest, rounds: int) -> dict[str, list[Turn]]:
    """Let the contenders take turns."""
    customers = make_table(FOLDER / f"{contest.rows}.parquet", contest.rows)
    model = make_model(FOLDER / contest.family, contest.family)
    table: dict[str, list[Turn]] = {name: [] for name in NAMES}
    for number in range(rounds):
        for name, turns in table.items():
            turns.append(_turn(name, model, customers, contest.cores))
            log.info("  round %d, %s, %s: %.2f s", number + 1, contest.family, name, turns[-1].seconds)
    return table


def _turn(name: str, model: Path, customers: Path, cores: tuple[int, ...]) -> Turn:
    threads = {variable: str(len(cores)) for variable in ("OMP_NUM_THREADS", "ARROW_NUM_THREADS")}
    answers = FOLDER / "answers.parquet"
    told = subprocess.run(
        [sys.executable, "-m", "bench.file_turns", name, str(model), str(customers), str(answers)],
        env=os.environ | threads, capture_output=True, text=True, check=True,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )  # fmt: skip
    return Turn(**json.loads(told.stdout.splitlines()[-1]))


def _section(contest: Contest, table: dict[str, list[Turn]]) -> list[str]:
    rate = {name: contest.rows / statistics.median(turn.seconds for turn in turns) for name, turns in table.items()}
    peak = {name: max(turn.peak_mb for turn in turns) for name, turns in table.items()}
    cpu = {name: statistics.median(turn.cpu for turn in turns) * 1e6 / contest.rows for name, turns in table.items()}
    times = rate["ours"] / rate["at_once"]
    cores = "one core" if len(contest.cores) == 1 else f"{len(contest.cores)} cores"
    kept = "met" if times >= contest.promise else "**not met**"
    return [
        f"\n## {contest.family}, {contest.rows:,} rows, {cores}\n",
        "| | rows/s | CPU us/row | peak MB | x at once (rate, CPU) |", "| --- | ---: | ---: | ---: | ---: |",
        *[f"| {words} | {rate[name]:,.0f} | {cpu[name]:.2f} | {peak[name]:,.0f} "
          f"| {rate[name] / rate['at_once']:.1f}, {cpu['at_once'] / cpu[name]:.1f} |" for name, words in NAMES.items()],
        f"\nPromised: at least {contest.promise:g} x pandas + scikit-learn at once: {times:.1f} x, {kept}.",
    ]  # fmt: skip


def _memory(sizes: list[int]) -> list[str]:
    """Measure ours over tables of several sizes."""
    lines = ["\n## Memory of ours\n", "| rows | seconds | rows/s | peak MB |", "| ---: | ---: | ---: | ---: |"]
    worst, model = 0.0, FOLDER / "scorecard"
    for rows in sizes:
        customers = make_table(FOLDER / f"{rows}.parquet", rows)
        turn = _turn("ours", model, customers, tuple(range(os.cpu_count() or 1)))
        worst = max(worst, turn.peak_mb)
        lines.append(f"| {rows:,} | {turn.seconds:.2f} | {rows / turn.seconds:,.0f} | {turn.peak_mb:,.0f} |")
        log.info("  %s", lines[-1])
    return [*lines, f"\nPromised: at most 500 MB: {worst:,.0f} MB, {'met' if worst <= 500 else '**not met**'}."]


def _head() -> list[str]:
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    command = " ".join(["make bench-files", *([f'ARGS="{" ".join(sys.argv[1:])}"'] if sys.argv[1:] else [])])
    return [
        "# File scoring benchmark\n",
        f"`{command}`, {dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC\n",
        HOW,
        f"- Machine: {processor()}",
        f"- Versions: {versions}",
    ]


HOW = """Customers are drawn from the real table with a seed, each with an id of its own, in a Parquet file whose text
columns are dictionary-encoded, as every writer makes them. Each turn is a process of its own: its time runs from the
file of customers to the file of answers, without imports and the loading of the model; contenders take turns in every
round, and figures are medians of the rounds. scikit-learn writes the probability alone; ours checks every cell against
the contract, writes seven columns and digests both files. Their probabilities agree to 1e-6, or the run fails.
"""

if __name__ == "__main__":
    sys.exit(main())
