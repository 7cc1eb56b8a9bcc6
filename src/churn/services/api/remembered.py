"""Sums over all customers, remembered: they are asked again and again, and take long where there are many."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Annotated, Any, cast

from fastapi import Depends, Request

MOST = 16
SLOW_SECONDS = 0.25
PATIENCE, LONGEST = 10.0, 15.0
"""What took long may be told for so many times as long, at most so many seconds, although there is news meanwhile."""


@dataclass(slots=True)
class Kept:
    """Something that was worked out, of what, and until when news may wait."""

    mark: Hashable = None
    until: float = 0.0
    found: Any = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Remembered:
    """What one worker worked out last; whoever asks for the same at the same time waits for the one who began."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()

    async def get(self, key: Hashable, mark: Hashable, work: Callable[[], Awaitable[Any]]) -> Any:
        """Give what `work` gives; once for each `mark`, or seldomer where it takes long."""
        kept = self._kept.setdefault(key, Kept())
        self._kept.move_to_end(key)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        async with kept.turn:
            if kept.until and (kept.mark == mark or time.monotonic() < kept.until):
                return kept.found
            began = time.monotonic()
            kept.found, kept.mark = await work(), mark
            took = time.monotonic() - began
            kept.until = time.monotonic() + (min(PATIENCE * took, LONGEST) if took > SLOW_SECONDS else 0.0)
            return kept.found


def _memory(request: Request) -> Remembered:
    state = request.app.state
    if not hasattr(state, "remembered"):
        state.remembered = Remembered()
    return cast("Remembered", state.remembered)


Memory = Annotated[Remembered, Depends(_memory)]
