"""Reading ahead and writing behind, a thread each, never more than a few blocks apart."""

import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

DEPTH = 3
"""Blocks that may wait on either side."""

Item = TypeVar("Item")


def ahead(items: Iterator[Item]) -> Generator[Item]:
    """Give the items while a thread fetches the next ones; what it raises is raised here."""
    waiting: queue.Queue[tuple[Item | None, BaseException | None]] = queue.Queue(DEPTH)
    left = threading.Event()
    thread = threading.Thread(target=_fetch, args=(items, waiting, left), name="file-reader", daemon=True)
    thread.start()
    try:
        while True:
            item, fault = waiting.get()
            if fault is not None:
                raise fault
            if item is None:
                return
            yield item
    finally:
        left.set()
        thread.join()


@contextmanager
def behind(work: Callable[[Item], None]) -> Iterator[Callable[[Item], None]]:
    """Give a call that lets a thread do the work; all of it is done, or its fault raised, when the block ends."""
    pending: deque[Future[None]] = deque()
    with ThreadPoolExecutor(1, "file-writer") as thread:

        def hand(item: Item) -> None:
            pending.append(thread.submit(work, item))
            while len(pending) > DEPTH:
                pending.popleft().result()

        yield hand
        while pending:
            pending.popleft().result()


def _fetch(
    items: Iterator[Item], waiting: "queue.Queue[tuple[Item | None, BaseException | None]]", left: threading.Event
) -> None:
    try:
        for item in items:
            if not _put((item, None), waiting, left):
                return
        _put((None, None), waiting, left)
    except BaseException as fault:  # noqa: BLE001 it is raised where the items are asked for
        _put((None, fault), waiting, left)


def _put(
    one: tuple[Item | None, BaseException | None],
    waiting: "queue.Queue[tuple[Item | None, BaseException | None]]",
    left: threading.Event,
) -> bool:
    while not left.is_set():
        try:
            waiting.put(one, timeout=0.1)
        except queue.Full:
            continue
        return True
    return False
