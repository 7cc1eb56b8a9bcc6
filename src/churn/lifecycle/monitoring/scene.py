"""All that one look of monitoring is made of: the times, the knobs, the champion, and what the ledger holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from churn import table
from churn.lifecycle.monitoring.champion import Model
from churn.lifecycle.monitoring.reading import Kind, Reading, State
from churn.params.campaign import Campaign
from churn.params.drift import Drift
from churn.params.monitor import Monitor
from churn.stores.ledger.queries.cells import DAY
from churn.stores.ledger.queries.windows import Window
from churn.stores.ledger.watch.arrived import Refused, Scored
from churn.stores.ledger.watch.mature import Mature

Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Knobs:
    """What monitoring was told to do."""

    monitor: Monitor
    drift: Drift
    campaign: Campaign


@dataclass(frozen=True, slots=True)
class Times:
    """The newest whole window at `now`, and the newest one whose horizon is over; all in microseconds."""

    now: int
    width: int
    horizon: int

    @classmethod
    def at(cls, now: int, window_days: int, horizon_days: int) -> "Times":
        """Find the windows, numbered from 1970."""
        return cls(now, window_days * DAY, horizon_days * DAY)

    @property
    def arrived(self) -> tuple[int, int]:
        """Give the window whose arrivals are judged."""
        return self._before(self.now)

    @property
    def due(self) -> tuple[int, int]:
        """Give the window whose outcomes are judged."""
        return self._before(self.now - self.horizon)

    def _before(self, at: int) -> tuple[int, int]:
        until = at // self.width * self.width
        return until - self.width, until


@dataclass(frozen=True, slots=True)
class Seen:
    """What the ledger holds of the two windows, and of as many before as tell what is usual."""

    scored: Sequence[Scored]
    refused: Sequence[Refused]
    sample: Window
    said: Sequence[tuple[float, float]]
    due: Sequence[Mature]
    asked: Mapping[tuple[int, str], Told]
    """What each version scored a customer on."""
    back: tuple[int, int]
    past: Sequence[Told] = ()
    """Readings that were kept before, the last word on each window."""
    oldest: int | None = None
    """When anybody was scored first."""


@dataclass(frozen=True)
class Scene:
    """One look."""

    times: Times
    knobs: Knobs
    champion: Model | None
    seen: Seen
    others: Mapping[int, Model] = field(default_factory=dict)

    @cached_property
    def batch(self) -> pd.DataFrame:
        """Give the customers of the newest window, typed."""
        return typed(self.seen.sample.rows)

    @property
    def window(self) -> int:
        """Give the number of the newest window."""
        return self.times.arrived[0] // self.times.width

    def model(self, version: int) -> Model | None:
        """Give what is known of a version."""
        if self.champion is not None and self.champion.version == version:
            return self.champion
        return self.others.get(version)

    def arrival(self, kind: Kind, state: State, words: str, figures: Told) -> Reading:
        """Spell a reading of the newest window."""
        version = self.champion.version if self.champion else None
        return Reading(kind, version, *self.times.arrived, state, words, figures)

    def outcome(self, kind: Kind, version: int | None, state: State, words: str, figures: Told) -> Reading:
        """Spell a reading of the newest window whose horizon is over."""
        return Reading(kind, version, *self.times.due, state, words, figures)


def typed(rows: Sequence[Told]) -> pd.DataFrame:
    """Give rows as they were asked the types of the contract."""
    return table.typed(pd.DataFrame(list(rows)).astype("str")) if rows else pd.DataFrame()
