"""Ends what takes too long: one look a second over all requests instead of a timer for each."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any


class Deadlines:
    """The requests under way and when each must be done."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until: dict[asyncio.Task[Any], float] = {}
        self._overdue: set[asyncio.Task[Any]] = set()

    @contextmanager
    def bound(self) -> Iterator[None]:
        """Bound the block in time. Raises TimeoutError."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline bounds a task")
        self._until[task] = monotonic() + self._seconds
        try:
            yield
        except asyncio.CancelledError:
            if task not in self._overdue:
                raise
            task.uncancel()
            raise TimeoutError from None
        finally:
            del self._until[task]
            self._overdue.discard(task)

    def sweep(self) -> None:
        """Cancel what is overdue."""
        now = monotonic()
        for task, until in list(self._until.items()):
            if now > until and task not in self._overdue:
                self._overdue.add(task)
                task.cancel()
