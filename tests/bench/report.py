"""The run as a page: the machine, a table a size, and the promises."""

import datetime as dt
import importlib.metadata
import subprocess
from collections.abc import Iterable, Iterator, Sequence

from bench.contenders import PEERS, Contender
from bench.reach import Line, Start, Table
from bench.turns import Size, Turn

PACKAGES = ("mlflow", "fastapi", "uvicorn", "pydantic", "onnxruntime", "scikit-learn", "pandas", "orjson", "sqlalchemy")
THEIRS = ("mlserver", "bentoml", "scikit-learn", "pandas", "uvicorn")


def page(
    command: str, machine: str, disk: tuple[float, float], contenders: Sequence[Contender], sizes: Sequence[Size],
    table: Table, start: Start | None, lines: Iterable[Line],
) -> str:  # fmt: skip
    """Write the whole page."""
    parts = ["# Serving benchmark\n", f"`{command}`, {dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC\n", HOW]
    parts += [f"- Machine: {machine}", f"- Versions: {_versions()}", f"- Peers' own environment: {_theirs()}"]
    parts += [f"- Ledger's disk: 4 kB + fdatasync {disk[0]:.2f} ms median, {disk[1]:.2f} ms p99. {_bound(disk[0])}"]
    if start:
        parts += [f"- A worker is ready after {start.seconds:.2f} s; {start.unique_mb:.0f} MB are its own after load"]
    for size in sizes:
        parts += [f"\n## {size.name}\n", *_rows(size, contenders, table)]
    parts += ["\n## Reach\n", "| promise | | figure |", "| --- | --- | --- |"]
    parts += [f"| {line.words} | {'met' if line.kept else '**not met**'} | {line.figures} |" for line in lines]
    return "\n".join(parts) + "\n"


HOW = """Everyone serves the same logistic pipeline with one worker on one core; the load generator has the other core.
Contenders take turns in every round, and the figures are the medians of the rounds. CPU is that of the whole process
tree, work put off until after the answer included. Ours writes every prediction to its ledger before it answers.
The peers have no place for a customer's id; where ours gets one, it also keeps each customer's last score, and a
line of its own says what that costs. An answer that is not the pipeline's own probability counts as a fault, and one
fault makes a figure invalid. PostgreSQL runs on the load generator's core, and its own CPU is not counted.
"""


def _bound(fsync: float) -> str:
    bound = 8 / (fsync + 0.1) * 1000
    return (
        f"With one fsync a group, 8 connections cannot pass 8 / (fsync + service): {bound:,.0f}/s at 0.1 ms of service"
    )


def _rows(size: Size, contenders: Sequence[Contender], table: Table) -> Iterator[str]:
    times = "p50 ms | p95 ms | p99 ms | slowest ms"
    yield f"| | requests/s | CPU ms/request | {times} | x mlflow (rate, CPU) | x echo (rate, CPU) |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for one in contenders:
        if made := table.get((one.key, size.key)):
            ratios = " | ".join(_ratio(made, table.get((key, size.key))) for key in ("mlflow", "echo"))
            yield f"| {one.name}{' (reference)' if one.reference else ''} | {_figures(made)} | {ratios} |"


def _figures(made: Turn) -> str:
    if made.faults:
        return f"invalid: {len(made.faults)} faults, first: {made.faults[0][:80]} | | | | | "
    return f"{made.rate:,.1f} | {made.cpu:.3f} | {made.p50:.1f} | {made.p95:.1f} | {made.p99:.1f} | {made.worst:.1f}"


def _ratio(made: Turn, other: Turn | None) -> str:
    return f"{made.rate / other.rate:.2f}, {other.cpu / made.cpu:.2f}" if other and not made.faults else ""


def _versions() -> str:
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)


def _theirs() -> str:
    code = f"from importlib.metadata import version as v; print(', '.join(n + ' ' + v(n) for n in {THEIRS!r}))"
    return subprocess.run(
        [str(PEERS / "python"), "-c", code], capture_output=True, text=True, check=False
    ).stdout.strip()
