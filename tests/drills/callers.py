"""Clients that go on asking: each question under a key of its own, asked again until it is answered."""

import asyncio
import ssl
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import orjson

from churn import contract

PATIENCE = 45.0
"""Seconds after the drill in which a question that was begun is still asked again."""
HEAD = (
    "POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    "Idempotency-Key: {}\r\nContent-Length: {}\r\n{}\r\n"
)


@dataclass(frozen=True)
class Answer:
    """A whole answer; `seconds` from this try's beginning."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


@dataclass
class Question:
    """A question and all that was heard of it; the key is the customer's id, so that each record names its key."""

    key: str
    body: bytes
    path: str = "/predict"
    answers: list[Answer] = field(default_factory=list)
    lost: int = 0

    @property
    def acknowledged(self) -> Answer | None:
        """Give the answer that said: it is kept."""
        return next((one for one in self.answers if one.status == 200), None)


class Callers:
    """A thread full of clients, at work for as long as the context lasts."""

    def __init__(
        self,
        port: int,
        rows: list[dict[str, Any]],
        count: int = 8,
        *,
        again: bool = True,
        name: str = "q",
        batch: int = 0,
        door: tuple[str, str] = ("", ""),
        tls: ssl.SSLContext | None = None,
    ):
        """Ask at a port; `door` is what stands before each path, and the API key."""
        self.door, self.tls = door, tls
        self.port, self.rows, self.count, self.again, self.name = port, rows, count, again, name
        self.batch = batch
        self.questions: list[Question] = []
        self.stopped = threading.Event()
        self.gone: list[str] = []
        self._thread = threading.Thread(target=lambda: asyncio.run(self._all()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """Ask nothing new, and wait for what is under way."""
        self.stopped.set()
        self._thread.join(PATIENCE + 60)

    @property
    def acknowledged(self) -> list[Question]:
        """List the questions that were answered."""
        return [one for one in self.questions if one.acknowledged]

    @property
    def answers(self) -> list[Answer]:
        """List all answers."""
        return [answer for one in self.questions for answer in one.answers]

    def refusals(self) -> list[Answer]:
        """List the answers that were not 200."""
        return [one for one in self.answers if one.status != 200]

    async def _all(self) -> None:
        await asyncio.gather(*(self._call(number) for number in range(self.count)))

    async def _call(self, caller: int) -> None:
        line, number = Line(self.port, self.door, self.tls), 0
        while not self.stopped.is_set():
            key = f"{self.name}-{caller}-{number}"
            question = self._question(key, caller * 131 + number)
            self.questions.append(question)
            number += 1
            if not await self._ask(line, question):
                break
        line.close()
        await asyncio.sleep(0.01)

    def _question(self, key: str, first: int) -> Question:
        def row(number: int, name: str) -> dict[str, Any]:
            return {contract.ID or "id": name, **self.rows[number % len(self.rows)]}

        if not self.batch:
            return Question(key, orjson.dumps(row(first, key)))
        rows = [row(first + number, f"{key}.{number}") for number in range(self.batch)]
        return Question(key, orjson.dumps(rows), "/predict/batch")

    async def _ask(self, line: "Line", question: Question) -> bool:
        until: float | None = None
        while True:
            try:
                question.answers.append(await line.ask(question))
                if question.answers[-1].status == 200:
                    return True
            except (OSError, EOFError, TimeoutError) as fault:
                question.lost += 1
                self.gone.append(repr(fault))
            if not self.again:
                return False
            if self.stopped.is_set():
                until = until or time.monotonic() + PATIENCE
                if time.monotonic() > until:
                    return False
            await asyncio.sleep(0.05)


class Line:
    """One keep-alive connection, opened anew when it is lost."""

    def __init__(self, port: int, door: tuple[str, str] = ("", ""), tls: ssl.SSLContext | None = None) -> None:
        self.port, self.before, self.tls = port, door[0], tls
        self.more = f"Authorization: Bearer {door[1]}\r\n" if door[1] else ""
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, question: Question) -> Answer:
        """Ask. Raises OSError or EOFError when the connection is lost before the whole answer came."""
        began = time.perf_counter()
        try:
            async with asyncio.timeout(60):
                if self.writer is None:
                    self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, ssl=self.tls)
                head = HEAD.format(self.before + question.path, question.key, len(question.body), self.more)
                self.writer.write(head.encode() + question.body)
                return await self._answer(began)
        except (OSError, EOFError):
            self.close()
            raise

    async def _answer(self, began: float) -> Answer:
        assert self.reader is not None
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection", "") == "close":
            self.close()
        return Answer(int(first.split()[1]), headers, body, time.perf_counter() - began)

    def close(self) -> None:
        """Leave the connection."""
        if self.writer is not None:
            self.writer.transport.abort()
        self.reader = self.writer = None


def ask_again(port: int, questions: list[Question]) -> list[Answer]:
    """Ask questions a second time under their keys."""

    async def all_again() -> list[Answer]:
        line = Line(port)
        try:
            return [await line.ask(one) for one in questions]
        finally:
            line.close()
            await asyncio.sleep(0.01)

    return asyncio.run(all_again())
