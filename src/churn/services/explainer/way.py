"""Ways to an explainer: a process of the worker's own, started when first needed, or one that listens on a socket."""

import asyncio
import contextlib
import sys
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

VARIABLE = "CHURN_EXPLAINER"
LINE = 64 * 1024 * 1024
"""The longest line of either side, bytes: a large forest is some megabytes."""


class Line(Protocol):
    """An open way: lines go out and come back."""

    reader: StreamReader
    writer: StreamWriter

    @property
    def open(self) -> bool:
        """Say whether somebody is at the other end."""

    def drop(self) -> None:
        """Let go, without waiting."""

    async def end(self) -> None:
        """Let go, and wait until that is done."""


class Way(Protocol):
    """How a line is had."""

    @property
    def trouble(self) -> str:
        """Say what is wrong when it cannot be."""

    async def begin(self) -> Line:
        """Open a line. Raises OSError."""


class Pipe:
    """The line to a process of one's own."""

    def __init__(self, process: Process, reader: StreamReader, writer: StreamWriter) -> None:
        self.process, self.reader, self.writer = process, reader, writer

    @property
    def open(self) -> bool:
        """Say whether the process lives."""
        return self.process.returncode is None

    def drop(self) -> None:
        """Kill it; it has nothing to lose."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    async def end(self) -> None:
        """Kill it, and wait until it is gone."""
        self.drop()
        await self.process.wait()


class Call:
    """The line to a process that serves others too."""

    def __init__(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @property
    def open(self) -> bool:
        """Say whether neither side hung up."""
        return not (self.reader.at_eof() or self.writer.is_closing())

    def drop(self) -> None:
        """Hang up; it forgets the model."""
        self.writer.close()

    async def end(self) -> None:
        """Hang up, and wait for it."""
        self.drop()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()


class Own:
    """The way of a worker that starts its explainer itself."""

    trouble = "the explainer process did not start; its error stands in the log"

    async def begin(self) -> Pipe:
        """Start it. Raises OSError."""
        words = (sys.executable, "-m", "churn.services.explainer", "pipe")
        process = await asyncio.create_subprocess_exec(
            *words, stdin=PIPE, stdout=PIPE, limit=LINE, start_new_session=True
        )
        if process.stdout is None or process.stdin is None:
            raise OSError("a process without pipes")
        return Pipe(process, process.stdout, process.stdin)


@dataclass(frozen=True)
class There:
    """The way to an explainer that runs by itself."""

    place: Path

    @property
    def trouble(self) -> str:
        """Say where nobody answered."""
        return f"no explainer answers on {self.place}; it runs by `python -m churn.services.explainer`"

    async def begin(self) -> Call:
        """Call it. Raises OSError."""
        return Call(*await asyncio.open_unix_connection(str(self.place), limit=LINE))


def to(place: str | None) -> Way:
    """Choose the way: to the socket at `place`, or without one to a process of one's own."""
    return There(Path(place)) if place else Own()
