"""Load at a rate of its own: what is late is counted from when it was due, however long it had to wait to be sent."""

import select
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from churn.services.load.connection import Connection
from churn.services.load.result import Load

PATIENCE = 30.0


@dataclass
class Pace:
    """Requests sent at even times over kept connections; an answer's latency begins when its request was due."""

    address: tuple[str, int]
    requests: Sequence[bytes]
    connections: int
    latencies: list[float] = field(default_factory=list)
    dues: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    lost: int = 0
    why: str = ""

    def run(self, rate: float, seconds: float) -> Load:
        """Send `rate` requests a second for so long, and wait for what is under way."""
        self.poll, self.lines = select.epoll(), {}
        self.free: deque[Connection] = deque()
        for _ in range(self.connections):
            self._open()
        began, sent, total = time.perf_counter(), 0, int(rate * seconds)
        while sent < total or len(self.free) < len(self.lines):
            now = time.perf_counter()
            if now > began + seconds + PATIENCE:
                self.lost, self.why = self.lost + len(self.lines) - len(self.free), "not answered in time"
                break
            while self.free and sent < total and began + sent / rate <= now:
                self._send(began + sent / rate, sent)
                sent += 1
            self._hear(0.0005 if sent < total else 0.05)
        self._close()
        bad = sum(times for status, times in self.statuses.items() if status >= 400) + self.lost
        told = np.array(self.latencies)
        return Load(sent, bad, time.perf_counter() - began, told, self.statuses, self.lost, self.why)

    def _send(self, due: float, number: int) -> None:
        line = self.free.popleft()
        if not line.send(self.requests[number % len(self.requests)], due):
            line.line.setblocking(True)  # a request is smaller than any buffer: this does not happen twice
            line.line.sendall(line.unsent)
            line.line.setblocking(False)

    def _hear(self, patience: float) -> None:
        for number, _ in self.poll.poll(patience):
            line = self.lines[number]
            try:
                answer = line.receive()
            except OSError as fault:
                self._drop(line, str(fault))
                continue
            if answer is None:
                continue
            self.latencies.append(time.perf_counter() - line.began)
            self.dues.append(line.began)
            self.statuses[answer.status] += 1
            if answer.closes:
                line.busy = False
                self._drop(line, "")
            else:
                self.free.append(line)

    def _open(self) -> None:
        line = Connection.open(*self.address)
        self.lines[line.line.fileno()] = line
        self.poll.register(line.line.fileno(), select.EPOLLIN)
        self.free.append(line)

    def _drop(self, line: Connection, why: str) -> None:
        """Leave a connection; one that was idle has lost nothing."""
        if line.busy:
            self.lost, self.why = self.lost + 1, why
        if line in self.free:
            self.free.remove(line)
        self.poll.unregister(line.line.fileno())
        del self.lines[line.line.fileno()]
        line.line.close()
        self._open()

    def _close(self) -> None:
        for line in self.lines.values():
            line.line.close()
        self.poll.close()
