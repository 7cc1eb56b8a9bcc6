"""Processes kept alive together: started, started again when they die, and ended together."""

import asyncio
import contextlib
import logging
import os
import signal
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from churn.services.reaper import Reaper, end

GRACE = 10.0
"""Seconds from being told to stop to being killed; a worker finishes what it accepted within eight."""
REST, STEP = 2.0, 0.05
"""Seconds that what a child started has after it; and between two looks."""
FIRST, LONGEST, LONG = 0.2, 30.0, 60.0
"""Seconds before a child is started again, doubled each time up to the longest, until it once ran for long."""
SHORT, ENOUGH = 5.0, 5
"""An essential child that ends so soon after its start, so often in a row, will not start: everything ends."""

FIGURES = "PROMETHEUS_MULTIPROC_DIR"

log = logging.getLogger("churn.serve")


@dataclass(frozen=True)
class Child:
    """A process to keep: its name, its command, what its environment says beside ours."""

    name: str
    command: Sequence[str]
    env: dict[str, str] = field(default_factory=dict)
    descriptors: tuple[int, ...] = ()
    essential: bool = False
    nice: int = 0
    """How far it stands back when others want the processor."""


class Supervisor:
    """What keeps children alive until it is told to stop."""

    def __init__(self, reaper: Reaper) -> None:
        self.stopped = asyncio.Event()
        self._reaper, self._code = reaper, 0

    async def run(self, children: Iterable[Child], beside: Iterable[Coroutine[Any, Any, None]] = ()) -> int:
        """Keep the children until a signal, or until an essential one cannot be kept; give the exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.stopped.set)
        others = [asyncio.create_task(one) for one in beside]
        await asyncio.gather(*(self._keep(child) for child in children))
        for one in others:
            one.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        return self._code

    async def _keep(self, child: Child) -> None:
        pause, failures = FIRST, 0
        while not self.stopped.is_set():
            began = time.monotonic()
            code = await self._live(child)
            lasted = time.monotonic() - began
            if self.stopped.is_set():
                return
            pause, failures = (FIRST, 0) if lasted > LONG else (pause, failures + 1 if lasted < SHORT else 0)
            if child.essential and failures >= ENOUGH:
                log.error("error: the %s does not stay up; see what it said above", child.name)
                self._code = 1
                self.stopped.set()
                return
            log.warning("the %s ended (%s); it is started again in %.1f s", child.name, _words(code), pause)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopped.wait(), pause)
            pause = min(2 * pause, LONGEST)

    async def _live(self, child: Child) -> int:
        """Start a child, and stay with it until it has ended and nothing of it is left."""
        running = await asyncio.create_subprocess_exec(
            *child.command, stdin=DEVNULL, env=os.environ | child.env, pass_fds=child.descriptors, process_group=0
        )
        self._reaper.note(running.pid)
        if child.nice:
            with contextlib.suppress(ProcessLookupError):
                os.setpriority(os.PRIO_PGRP, running.pid, child.nice)
        over, told = asyncio.create_task(running.wait()), asyncio.create_task(self.stopped.wait())
        await asyncio.wait({over, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        await _bury(running)
        self._reaper.forget(running.pid)
        _forget_figures(child, running.pid)
        return await over


async def _bury(running: Process) -> None:
    """End a child, and then what it started; whoever does not listen is killed."""
    with contextlib.suppress(ProcessLookupError):
        running.terminate()
    if not await _gone(lambda: running.returncode is not None, GRACE):
        log.warning("process %d did not end within %.0f s and is killed", running.pid, GRACE)
    if end(running.pid) and not await _gone(lambda: not end(running.pid, 0), REST):
        end(running.pid, signal.SIGKILL)
    await running.wait()


async def _gone(asked: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not asked() and time.monotonic() < until:
        await asyncio.sleep(STEP)
    return asked()


def _words(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _forget_figures(child: Child, process: int) -> None:
    """Take a dead worker's gauges out of the common figures, as prometheus_client's mark_process_dead does."""
    if folder := child.env.get(FIGURES):
        for one in Path(folder).glob(f"gauge_live*_{process}.db"):
            one.unlink(missing_ok=True)
