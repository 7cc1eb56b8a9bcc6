"""What the promotion records give cause to doubt: a broken chain, a promotion that nobody finished."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from churn.services.sync.chronicle import Chronicle

PATIENCE = 600.0
"""Seconds that a promotion may take."""


class Doubts:
    """What was told last of each; only news is told."""

    def __init__(self, chronicle: Chronicle) -> None:
        self.chronicle = chronicle
        self._told: dict[str, str | None] = {}

    def look(self, promotions: Sequence[Mapping[str, Any]], now: float) -> None:
        """Tell what is wrong with the records at `now`, in seconds since 1970, or that it no longer is."""
        broken = [f"record {one['number']}: {one['fault']}" for one in promotions if one["fault"]]
        open_ = [one for one in promotions if not (one["ending"] or one["fault"] or one["mended"])]
        late = [f"{one['action']} of version {one['to_version']}, begun {one['when']} by {one['who']}, has no end"
                for one in open_ if now - _seconds(one["when"]) > PATIENCE]  # fmt: skip
        self._tell("broken", "whole", "; ".join(broken))
        self._tell("unfinished", "finished", "; ".join(late))

    def _tell(self, bad: str, good: str, words: str) -> None:
        if self._told.get(bad) == words:
            return
        self._told[bad] = words
        if words:
            self.chronicle.judge(bad, words=f"promotion records: {words}")
        else:
            self.chronicle.judge(good)


def _seconds(when: str) -> float:
    """Give a time in seconds since 1970; what cannot be read was long ago."""
    try:
        found = datetime.fromisoformat(when)
    except ValueError:
        return 0.0
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
