"""A version that is not fit to answer: why, and when it is tried again."""

import time
from dataclasses import dataclass, field, replace
from typing import Any

FIRST, LONGEST = 15.0, 900.0
"""Seconds until a refused version is tried again: doubled each time, up to the longest."""


@dataclass(frozen=True)
class Refusal:
    """What was refused; `target` is all that led to it, so that a moved alias is looked at anew at once."""

    version: int
    why: str
    since: str
    target: Any = field(repr=False)
    tries: int = 1
    tried: float = field(default_factory=time.monotonic, repr=False)

    @property
    def rests(self) -> float:
        """Give the seconds left until it is tried again."""
        pause = min(FIRST * 2.0 ** min(self.tries - 1, 16), LONGEST)
        return max(self.tried + pause - time.monotonic(), 0.0)

    def again(self, why: str) -> "Refusal":
        """Note another try that failed."""
        return replace(self, why=why, tries=self.tries + 1, tried=time.monotonic())

    def stands(self, target: Any) -> bool:
        """Tell whether what is wanted is still this, and its time has not come."""
        return bool(self.target == target) and self.rests > 0
