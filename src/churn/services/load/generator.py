"""The generator: one thread, one epoll, requests spelt beforehand, so that it leaves the processor to the service.

A closed loop: each connection asks again as soon as it is answered. It reports what the service did at that number of
connections, not what it would do under a rate that outruns it.
"""

import select
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count

import numpy as np

from churn.services.load.connection import Answer, Connection, encode
from churn.services.load.result import Load

Watch = Callable[[Answer], None]
PATIENCE = 30.0
"""Seconds after the end in which answers under way are still waited for."""


class Generator:
    """Load under way."""

    def __init__(self, address: tuple[str, int], requests: Sequence[bytes], watch: Watch | None = None) -> None:
        self.address, self.requests, self.watch = address, requests, watch
        self.poll = select.epoll()
        self.lines: dict[int, Connection] = {}
        self.latencies: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.lost, self.last_error, self.missing = 0, "", 0
        self.turn = count()

    def run(self, connections: int, seconds: float, limit: int | None = None) -> Load:
        """Ask for `seconds`, or until `limit` requests were sent, and wait for what is under way."""
        self.missing, began = connections, time.perf_counter()
        self.end, self.left = began + seconds, limit if limit is not None else -1
        while (now := time.perf_counter()) < self.end + PATIENCE:
            if self.missing and now < self.end and self.left:
                self._connect()
            if not any(line.busy for line in self.lines.values()) and (now >= self.end or not self.left):
                break
            self._turn()
        return self._close(time.perf_counter() - began)

    def _turn(self) -> None:
        for number, event in self.poll.poll(0.05):
            line = self.lines[number]
            try:
                self._event(number, line, event)
            except OSError as fault:
                self._drop(number, line, str(fault))

    def _event(self, number: int, line: Connection, event: int) -> None:
        if event & select.EPOLLOUT and line.unsent and line.push():
            self.poll.modify(number, select.EPOLLIN)
        if not event & ~select.EPOLLOUT:
            return
        answer = line.receive()
        if answer is None:
            return
        now = time.perf_counter()
        self.latencies.append(now - line.began)
        self.statuses[answer.status] += 1
        if self.watch is not None:
            self.watch(answer)
        if answer.closes or line.unsent:  # refused before it was all said
            self._forget(number, line)
        elif now < self.end and self.left:
            self._ask(number, line, now)

    def _ask(self, number: int, line: Connection, now: float) -> None:
        self.left -= 1
        if not line.send(self.requests[next(self.turn) % len(self.requests)], now):
            self.poll.modify(number, select.EPOLLIN | select.EPOLLOUT)

    def _connect(self) -> None:
        try:
            while self.missing and self.left:
                line = Connection.open(*self.address)
                number = line.line.fileno()
                self.lines[number], self.missing = line, self.missing - 1
                self.poll.register(number, select.EPOLLIN)
                self._ask(number, line, time.perf_counter())
        except OSError as fault:  # down: look again a little later
            self.last_error = f"{self.address[0]}:{self.address[1]}: {fault}"
            time.sleep(0.02)

    def _drop(self, number: int, line: Connection, why: str) -> None:
        if line.busy:
            self.lost, self.last_error = self.lost + 1, why
        self._forget(number, line)

    def _forget(self, number: int, line: Connection) -> None:
        self.poll.unregister(number)
        line.line.close()
        del self.lines[number]
        self.missing += 1

    def _close(self, seconds: float) -> Load:
        for number, line in list(self.lines.items()):
            self._drop(number, line, "not answered in time")
        self.poll.close()
        bad = Counter({status: times for status, times in self.statuses.items() if status >= 400})
        told = self.last_error or ", ".join(f"{times} x {status}" for status, times in bad.items())
        answered = len(self.latencies)
        return Load(
            answered + self.lost, bad.total() + self.lost, seconds, np.array(self.latencies), self.statuses,
            self.lost, told,
        )  # fmt: skip


def run(
    host: str,
    port: int,
    path: str,
    bodies: Sequence[bytes],
    headers: dict[str, str] | None = None,
    connections: int = 8,
    seconds: float = 10.0,
    watch: Watch | None = None,
) -> Load:
    """Post the bodies in turn over this many connections for so long; `watch` sees each answer as it comes."""
    requests = [encode(f"{host}:{port}", path, body, headers) for body in bodies]
    return Generator((host, port), requests, watch).run(connections, seconds)
