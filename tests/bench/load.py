"""The load generator: raw HTTP/1.1 on loopback, as many connections as asked, each with one question at a time."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Question:
    """A request as it goes over the wire, and what its answer must hold."""

    wire: bytes
    truth: list[float]


@dataclass
class Seen:
    """What the connections of one turn saw; latencies in seconds, `samples` hold the last answer of each."""

    latencies: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    samples: list[tuple[Question, bytes]] = field(default_factory=list)
    seconds: float = 0.0


def wire(path: str, body: bytes) -> bytes:
    """Spell a request."""
    head = [
        "POST " + path + " HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


async def ask(
    port: int, questions: Sequence[Question], connections: int, seconds: float, count: int, pause: float = 0.0
) -> Seen:
    """Ask in turn over all connections until the time or the count is used up; what was asked is waited for."""
    loop, seen, started = asyncio.get_running_loop(), Seen(), time.perf_counter()
    budget = _Budget(started + seconds, count)
    askers = [_Asker(seen, questions, first, budget, loop.create_future(), pause) for first in range(connections)]
    for one in askers:
        await loop.create_connection(lambda one=one: one, "127.0.0.1", port)
    await asyncio.gather(*(one.done for one in askers))
    seen.seconds = time.perf_counter() - started
    return seen


@dataclass
class _Budget:
    until: float
    left: int

    def take(self) -> bool:
        self.left -= 1
        return self.left >= 0 and time.perf_counter() < self.until


class _Asker(asyncio.Protocol):
    def __init__(self, seen: Seen, questions: Sequence[Question], first: int, budget: _Budget, done: Any, pause: float):
        self.seen, self.questions, self.next, self.budget, self.done, self.pause = (
            seen,
            questions,
            first,
            budget,
            done,
            pause,
        )
        self.buffer, self.wanted, self.last = bytearray(), 0, b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self._ask()

    def _ask(self) -> None:
        if not self.budget.take():
            if self.last:
                self.seen.samples.append((self.question, self.last))
            self.transport.close()
            return
        self.question = self.questions[self.next % len(self.questions)]
        self.next += 7  # a prime apart, so that connections do not ask the same at once
        self.asked = time.perf_counter()
        self.transport.write(self.question.wire)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.wanted:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            self.wanted, self.body = _length(bytes(self.buffer[:end])) + end + 4, end + 4
        if len(self.buffer) >= self.wanted:
            self._answered()

    def _answered(self) -> None:
        self.seen.latencies.append(time.perf_counter() - self.asked)
        status, self.last = bytes(self.buffer[9:12]), bytes(self.buffer[self.body :])
        if status != b"200":
            self.seen.faults.append(f"{status.decode()} {self.last[:200].decode(errors='replace')}")
        self.buffer.clear()
        self.wanted = 0
        if self.pause:
            asyncio.get_running_loop().call_later(self.pause, self._ask)
        else:
            self._ask()

    def connection_lost(self, fault: Exception | None) -> None:
        if fault or self.wanted or self.buffer:
            self.seen.faults.append(f"connection lost: {fault}")
        if not self.done.done():
            self.done.set_result(None)


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    raise ValueError(f"an answer without Content-Length: {head[:300]!r}")
