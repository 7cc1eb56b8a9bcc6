"""Turns of load: everyone in each round, and the medians of the rounds."""

import asyncio
import logging
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import orjson

from bench.contenders import Contender
from bench.load import Question, Seen, ask, wire
from bench.model import Model
from bench.server import Server

CLOSE = 1e-6
LINE = "  %-10s round %d  %-32s %9.1f/s %8.3f ms CPU  p99 %8.1f ms  %d faults"
CALM = 0.004
"""A tree that used less CPU than this in a tenth of a second has nothing left to do."""

log = logging.getLogger("bench")


@dataclass(frozen=True)
class Size:
    """A kind of load: rows a request and connections; `count` bounds the requests of a turn."""

    key: str
    name: str
    rows: int
    connections: int
    count: int = 1_000_000
    beside: int = 0
    """Rows of the batches that one more connection sends all the while; not measured."""


SIZES = [
    Size("one8", "1 row, 8 connections", 1, 8),
    Size("one64", "1 row, 64 connections", 1, 64),
    Size("batch1k", "1,000 rows, 2 connections", 1_000, 2, count=40),
    Size("batch10k", "10,000 rows, 1 connection", 10_000, 1, count=6),
    Size("beside1k", "1 row, 8 connections, while 1,000-row batches run", 1, 8, beside=1_000),
    Size("beside10k", "1 row, 8 connections, while 10,000-row batches run", 1, 8, beside=10_000),
]


@dataclass(frozen=True)
class Turn:
    """The figures of one turn, or the medians of several; times in milliseconds."""

    rate: float
    cpu: float
    p50: float
    p95: float
    p99: float
    worst: float
    faults: list[str] = field(default_factory=list)


def questions(contender: Contender, model: Model, rows: int) -> list[Question]:
    """Spell the requests of one size."""
    if rows == 1:
        asked = [(contender.one(row), [truth]) for row, truth in zip(model.rows[:512], model.truth, strict=False)]
        return [Question(wire(contender.path, body), truth) for body, truth in asked]
    spans = [slice(start, start + rows) for start in range(0, min(len(model.rows), 10_000) - rows + 1, rows)][:4]
    return [Question(wire(contender.batch_path, contender.many(model.rows[one])), model.truth[one]) for one in spans]


def turn(server: Server, size: Size, model: Model, seconds: float) -> Turn:
    """Load one contender, wait until it has nothing left to do, and tell what it did and what that cost."""
    before, contender = server.cpu_seconds(), server.contender
    singles = questions(contender, model, size.rows)
    beside = questions(contender, model, size.beside) if size.beside else []
    seen, other = asyncio.run(_both(server.port, size, singles, beside, seconds))
    calm(server)
    cpu = server.cpu_seconds() - before
    wrong = [] if contender.key == "echo" else list(_wrong(contender, [*seen.samples, *other.samples]))
    return _figures(seen, cpu, seen.faults + other.faults + wrong)


async def _both(
    port: int, size: Size, asked: list[Question], beside: list[Question], seconds: float
) -> tuple[Seen, Seen]:
    other = ask(port, beside, 1, seconds if beside else 0.0, 1_000_000 if beside else 0) if beside else _nothing()
    mine, theirs = await asyncio.gather(ask(port, asked, size.connections, seconds, size.count), other)
    return mine, theirs


async def _nothing() -> Seen:
    return Seen()


def calm(server: Server) -> None:
    """Wait until a server has done what it put off (ours expands batches when idle), half a minute at most."""
    last, until = server.cpu_seconds(), time.perf_counter() + 30
    while time.perf_counter() < until:
        time.sleep(0.1)
        now = server.cpu_seconds()
        if now - last <= CALM:
            return
        last = now


def _wrong(contender: Contender, samples: Sequence[tuple[Question, bytes]]) -> Iterator[str]:
    for question, body in samples:
        try:
            told = contender.told(orjson.loads(body))
        except (KeyError, TypeError, ValueError) as fault:
            yield f"unreadable answer ({fault!r}): {body[:200]!r}"
            continue
        if (
            len(told) != len(question.truth)
            or max(abs(a - b) for a, b in zip(told, question.truth, strict=True)) > CLOSE
        ):
            yield f"wrong answer: {str(told)[:80]}, not {str(question.truth)[:80]}"


def _figures(seen: Seen, cpu: float, faults: list[str]) -> Turn:
    times = sorted(seen.latencies) or [float("nan")]

    def at(share: float) -> float:
        return times[min(len(times) - 1, int(share * len(times)))] * 1000

    done = max(len(seen.latencies), 1)
    return Turn(done / seen.seconds, cpu / done * 1000, at(0.5), at(0.95), at(0.99), times[-1] * 1000, faults)


def median(turns: Sequence[Turn]) -> Turn:
    """Give the median of each figure, the worst latency of all, and every fault."""
    middle = {
        name: statistics.median(getattr(one, name) for one in turns) for name in ("rate", "cpu", "p50", "p95", "p99")
    }
    return Turn(
        **middle, worst=max(one.worst for one in turns), faults=[fault for one in turns for fault in one.faults]
    )


def rounds(
    servers: Sequence[Server], sizes: Sequence[Size], model: Model, seconds: float, times: int
) -> dict[tuple[str, str], Turn]:
    """Let everyone take a turn in every round: a slow minute of the machine falls upon all alike."""
    seen: dict[tuple[str, str], list[Turn]] = {}
    for size in sizes:
        for server in servers:
            turn(server, size, model, min(seconds / 4, 0.5))  # warm, not counted
        for number in range(times):
            for server in servers:
                made = turn(server, size, model, seconds)
                seen.setdefault((server.contender.key, size.key), []).append(made)
                log.info(
                    LINE, size.key, number + 1, server.contender.name, made.rate, made.cpu, made.p99, len(made.faults)
                )
    return {key: median(turns) for key, turns in seen.items()}
