"""Asking the explainer process, which is started when it is first needed and ended when it is idle."""

import asyncio
import contextlib
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from churn.errors import ExplainerAway
from churn.scoring.engine import Engine

LINE = 64 * 1024 * 1024
"""The longest line of either side, bytes: a large forest is some megabytes."""
SECONDS = 30.0
WAITING = 16
"""Questions that may wait for one another."""

Contributions = list[dict[str, float]]
Ended = (OSError, ValueError, asyncio.IncompleteReadError)


class Explainer:
    """The process and the queue before it, for one event loop; closed or crashed, it starts anew when asked."""

    def __init__(self, idle_seconds: float, seconds: float = SECONDS, waiting: int = WAITING) -> None:
        self._idle_seconds, self._seconds, self._waiting = idle_seconds, seconds, waiting
        self._turn, self._asked = asyncio.Lock(), 0
        self._process: asyncio.subprocess.Process | None = None
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
        """End the process, if there is one."""
        self._rest()
        if self._starting:
            self._starting.cancel()
        process, self._process, self._starting = self._process, None, None
        if process:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    @property
    def running(self) -> bool:
        """Say whether there is a process."""
        return self._process is not None and self._process.returncode is None

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
        """Have a process; its start outlives a question that gives up, so that a slow machine gets there."""
        if not self.running and (self._starting is None or self._starting.done()):
            self._starting = asyncio.create_task(self._start())
        if self._starting is None:
            return
        try:
            await asyncio.shield(self._starting)
        except Ended as fault:
            await self.close()
            raise ExplainerAway("the explainer process did not start; its error stands in the log") from fault

    async def _start(self) -> None:
        pipe, words = asyncio.subprocess.PIPE, (sys.executable, "-m", "churn.services.explainer")
        self._knows = None
        self._process = await asyncio.create_subprocess_exec(
            *words, stdin=pipe, stdout=pipe, limit=LINE, start_new_session=True
        )
        await self._line()

    async def _ask(self, question: bytes) -> dict[str, Any]:
        """Send one line, read one; a process that was left in between must not answer the next question."""
        whole = False
        try:
            if self._process and self._process.stdin:
                self._process.stdin.write(question)
                await self._process.stdin.drain()
            told: dict[str, Any] = json.loads(await self._line())
            whole = True
        except Ended as fault:
            raise ExplainerAway("the explainer process ended; ask again, it will be started anew") from fault
        finally:
            if not whole:
                await self.close()
        return told

    async def _line(self) -> bytes:
        if self._process is None or self._process.stdout is None:
            raise OSError("there is no process")
        return await self._process.stdout.readuntil(b"\n")

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
        if self._process and self.running and not self._turn.locked():
            self._process.kill()
