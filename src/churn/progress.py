"""What is seen of long work while it goes on."""

import logging
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm


class Spoken(Protocol):
    """Something that can say in words what it is."""

    @property
    def words(self) -> str:
        """Say it."""


Item = TypeVar("Item", bound=Spoken)


def watched(items: Iterable[Item], total: int, log: logging.Logger) -> Iterator[Item]:
    """Pass the items on, a line for each as it is done, and a progress bar on a terminal."""
    for item in tqdm(items, total=total, disable=None, leave=False):
        with logging_redirect_tqdm():
            log.info("  %s", item.words)
        yield item
