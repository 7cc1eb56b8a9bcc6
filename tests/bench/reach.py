"""What the service set out to reach, and whether this run reached it."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.turns import Turn

Table = dict[tuple[str, str], Turn]
STOCK, ECHO = "mlflow", "echo"
OURS = {"ours": "", "named": ", with ids"}
Mine = dict[str, Turn]
RIVALS = {"mlserver": "MLServer", "bentoml": "BentoML"}
SHORT = {"one8": "1 row at 8", "one64": "1 row at 64", "batch1k": "1,000 rows", "batch10k": "10,000 rows"}


@dataclass(frozen=True)
class Line:
    """One promise: in words, whether it is kept, and by which figures."""

    words: str
    kept: bool
    figures: str


@dataclass(frozen=True)
class Start:
    """How a worker starts and what it weighs after load: seconds to /ready, and MB that it shares with nobody."""

    seconds: float
    unique_mb: float


def lines(table: Table, start: Start | None) -> Iterator[Line]:
    """Judge every line whose contenders and sizes were measured, without ids and with them."""
    for key, words in OURS.items():
        mine = {size: turn for (one, size), turn in table.items() if one == key}
        yield from (Line(line.words + words, line.kept, line.figures) for line in _all(mine, table))
    if start:
        yield Line("ready within 2 s with a bundle on disk", start.seconds <= 2, f"{start.seconds:.2f} s")
        yield Line(
            "at most 120 MB unique memory a worker", start.unique_mb <= 120, f"{start.unique_mb:.0f} MB after load"
        )


def _all(mine: Mine, table: Table) -> Iterator[Line]:
    for size in ("one8", "one64"):
        words = f"1 row, {size[3:]} connections"
        yield from _against(mine, table, size, STOCK, 40, f"{words}: 40 x mlflow models serve")
        yield from _against(mine, table, size, ECHO, 0.9, f"{words}: 0.9 x the echo route")
    yield from _within(mine, "one8", "p99", 15, "1 row, 8 connections: p99 within 15 ms")
    yield from _against(mine, table, "batch1k", STOCK, 5, "1,000 rows: 5 x mlflow models serve")
    yield from _within(mine, "batch10k", "worst", 500, "10,000 rows answered within 0.5 s")
    yield from _within(mine, "beside1k", "p99", 50, "1 row while 1,000-row batches run: p99 within 50 ms")
    yield from _within(mine, "beside10k", "p99", 50, "1 row while 10,000-row batches run: p99 within 50 ms")
    for key, name in RIVALS.items():
        for size, words in SHORT.items():
            yield from _against(mine, table, size, key, 1, f"{words}: ahead of {name}")


def _within(mine: Mine, size: str, figure: str, limit: float, words: str) -> Iterator[Line]:
    if size in mine:
        found = getattr(mine[size], figure)
        yield Line(words, found <= limit and not mine[size].faults, f"{found:.1f} ms")


def _against(mine: Mine, table: Table, size: str, rival: str, times: float, words: str) -> Iterator[Line]:
    if size in mine and (rival, size) in table:
        ours, theirs = mine[size], table[rival, size]
        rate, cpu, well = ours.rate / theirs.rate, theirs.cpu / ours.cpu, not ours.faults
        yield Line(f"{words}, requests a second", rate >= times and well, f"{rate:.2f} x")
        yield Line(f"{words}, CPU a request", cpu >= times and well, f"{cpu:.2f} x")
