"""Asking the explainer: the line to it is opened when first needed, and let go when it is idle."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

from churn.errors import ExplainerAway
from churn.scoring.engine import Engine
from churn.services.explainer.way import Line, Own, Way

SECONDS = 30.0
WAITING = 16
"""Questions that may wait for one another."""

Contributions = list[dict[str, float]]
Ended = (OSError, ValueError, asyncio.IncompleteReadError)


class Explainer:
    """The line and the queue before it, for one event loop; closed or broken, it is opened anew when asked."""

    def __init__(
        self, idle_seconds: float, way: Way | None = None, seconds: float = SECONDS, waiting: int = WAITING
    ) -> None:
        self._idle_seconds, self._way, self._seconds, self._waiting = idle_seconds, way or Own(), seconds, waiting
        self._turn, self._asked = asyncio.Lock(), 0
        self._line: Line | None = None
        self._starting: asyncio.Task[None] | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._knows: str | None = None

    async def contributions(self, engine: Engine, customers: Sequence[Mapping[str, Any]]) -> Contributions:
        """Give what each column adds for each customer, in the unit of the engine's explanation.

        Raises ExplainerAway when the process cannot be had, is too slow, or too many questions wait.
        """
        if engine.explanation is None:
            raise ExplainerAway(f"model version {engine.version} holds no explanation; `dvc repro` makes one that does")
        if self._asked >= self._waiting:
            raise ExplainerAway("too many explanations wait; ask again in some seconds")
        self._asked += 1
        try:
            async with asyncio.timeout(self._seconds), self._turn:
                return await self._answer(engine, customers)
        except TimeoutError as fault:
            raise ExplainerAway(f"no explanation came within {self._seconds:g} s; ask again, for fewer") from fault
        finally:
            self._asked -= 1

    async def close(self) -> None:
        """Let the line go, if there is one; a process of one's own ends with it."""
        self._rest()
        if self._starting:
            self._starting.cancel()
        line, self._line, self._starting = self._line, None, None
        if line:
            await line.end()

    @property
    def running(self) -> bool:
        """Say whether there is somebody to ask."""
        return self._line is not None and self._line.open

    async def _answer(self, engine: Engine, customers: Sequence[Mapping[str, Any]]) -> Contributions:
        self._rest()
        await self._up()
        told = await self._ask(self._question(engine, customers))
        self._idle = asyncio.get_running_loop().call_later(self._idle_seconds, self._stop)
        self._knows = None if "fault" in told else engine.digest
        if "fault" in told:
            raise ExplainerAway(f"the explainer process cannot explain this: {told['fault']}")
        found: Contributions = told["contributions"]
        return found

    async def _up(self) -> None:
        """Have a line; a process's start outlives a question that gives up, so that a slow machine gets there."""
        if not self.running and (self._starting is None or self._starting.done()):
            self._starting = asyncio.create_task(self._start())
        if self._starting is None:
            return
        try:
            await asyncio.shield(self._starting)
        except Ended as fault:
            await self.close()
            raise ExplainerAway(self._way.trouble) from fault

    async def _start(self) -> None:
        self._knows = None
        self._line = await self._way.begin()
        await self._heard()

    async def _ask(self, question: bytes) -> dict[str, Any]:
        """Send one line, read one; who was left in between must not answer the next question."""
        whole = False
        try:
            if self._line:
                self._line.writer.write(question)
                await self._line.writer.drain()
            told: dict[str, Any] = json.loads(await self._heard())
            whole = True
        except Ended as fault:
            raise ExplainerAway("the explainer process ended; ask again, it will be started anew") from fault
        finally:
            if not whole:
                await self.close()
        return told

    async def _heard(self) -> bytes:
        if self._line is None:
            raise OSError("there is no line")
        return await self._line.reader.readuntil(b"\n")

    def _question(self, engine: Engine, customers: Sequence[Mapping[str, Any]]) -> bytes:
        model = {} if self._knows == engine.digest else {"explanation": engine.explanation}
        names = [column["name"] for column in engine.decision["columns"]]
        rows = [{name: customer[name] for name in names} for customer in customers]
        return json.dumps({"digest": engine.digest, "customers": rows, **model}).encode() + b"\n"

    def _rest(self) -> None:
        if self._idle:
            self._idle.cancel()
        self._idle = None

    def _stop(self) -> None:
        if self._line and self.running and not self._turn.locked():
            self._line.drop()
