"""Having a file scored, and what a worker hears of it."""

import asyncio
import contextlib
import json
import signal
import sys
from collections import Counter
from dataclasses import asdict
from typing import Any

from churn.errors import ChurnError, TableError
from churn.scoring.files.tally import Tally
from churn.services.filing.order import Order

LINE = 16 << 20
DIED = frozenset({-signal.SIGABRT, -signal.SIGBUS, -signal.SIGKILL, -signal.SIGSEGV})
"""How a process ends that got no more memory, by its libraries or by the host, before Python could say so."""
END_SECONDS = 5
WORDS = (sys.executable, "-m", "churn.services.filing")


class TooLarge(ChurnError):
    """Say that a file unpacks to more than one file may."""


class Failed(ChurnError):
    """Say that the process that scored a file did not get to its end."""


async def score(order: Order) -> Tally:
    """Have a file scored; cancelled, the process is gone. Raises TableError, TooLarge, Failed."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*WORDS, stdin=pipe, stdout=pipe, limit=LINE, start_new_session=True)
    try:
        told = await _told(process, order)
        ended = process.returncode
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if "refused" in told:
        raise TableError(told["refused"])
    if "large" in told or (not told and ended in DIED):
        raise TooLarge("the file unpacks to more than one file may; send several")
    if "tally" not in told:
        raise Failed(f"the file was not scored: {told.get('fault', 'the process ended')}")
    return _tally(told["tally"])


async def _told(process: asyncio.subprocess.Process, order: Order) -> dict[str, Any]:
    if process.stdin is None or process.stdout is None:
        return {}
    with contextlib.suppress(ConnectionError, ValueError):
        process.stdin.write(json.dumps(asdict(order)).encode() + b"\n")
        await process.stdin.drain()
        told: dict[str, Any] = json.loads(await process.stdout.readline())
        return told
    with contextlib.suppress(TimeoutError):  # it ends; how, tells why
        await asyncio.wait_for(process.wait(), END_SECONDS)
    return {}


def _tally(told: dict[str, Any]) -> Tally:
    refused = Counter({(column, reason): count for column, reason, count in told["refused"]})
    return Tally(**{**told, "refused": refused, "tiers": Counter(told["tiers"])})
