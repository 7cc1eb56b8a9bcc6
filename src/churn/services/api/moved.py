"""How far customers moved from the training table: the newest of all, and those of one window after another."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import orjson

from churn.lifecycle.stability import MOVED, Stability, stability, worst
from churn.services.api.remembered import Remembered
from churn.services.api.schemas.drift import ColumnInWindow, DriftWindow, Live, State
from churn.services.api.schemas.told import iso
from churn.services.api.state import State as Known
from churn.stores.ledger import entries
from churn.stores.ledger.queries import windows
from churn.stores.ledger.queries.cells import DAY, HOUR
from churn.stores.ledger.queries.windows import Window

Profile = Mapping[str, Any] | None


def live(newest: list[tuple[str, float]], profile: Profile) -> Live:
    """Judge the newest customers."""
    judged = stability([orjson.loads(inputs) for inputs, _ in newest], profile)
    state, words = _sum(judged)
    return Live.model_validate({"customers": len(newest), "state": state, "words": words, "columns": judged})


async def by_window(
    known: Known, memory: Remembered, purpose: str, profile: Profile, many: int, days: int
) -> list[DriftWindow]:  # fmt: skip
    """Judge so many windows of so many days, the last up to now.

    The windows before it end on a full hour, so that they are judged anew only when the hour turns or their scores
    change: reading some thousand customers of each takes a while.
    """
    if not many:
        return []
    now = entries.now()
    hour = now // HOUR * HOUR
    bounds = [*(hour - days * DAY * back for back in range(many, 0, -1)), now]
    counts = await known.ledger.read(windows.counts, purpose, bounds)
    told: list[DriftWindow] = []
    for name, some, mark in (("past", bounds[:-1], counts[:-1]), ("last", bounds[-2:], counts[-1:])):
        key = ("drift", name, purpose, many, days, hour)
        told += await memory.get(key, tuple(mark), partial(_judged, known, purpose, some, profile))
    return told


async def _judged(known: Known, purpose: str, bounds: Sequence[int], profile: Profile) -> list[DriftWindow]:
    found = await known.ledger.read(windows.windows, purpose, bounds)
    return await asyncio.to_thread(lambda: [_window(one, profile) for one in found])


def _window(window: Window, profile: Profile) -> DriftWindow:
    judged = stability(window.rows, profile)
    state, words = _sum(judged)
    return DriftWindow(
        since=iso(window.since),
        until=iso(window.until),
        scores=window.scores,
        customers=len(window.rows),
        state=state,
        words=f"{words}; {_looked_at(window)}",
        columns=[_column(one) for one in judged],
    )


def _looked_at(window: Window) -> str:
    if not window.scores:
        return "nobody was scored in it"
    chosen = f", chosen evenly from {window.scores:,}" if window.looked_at < window.scores else ""
    return f"compared on {len(window.rows):,} customers in {window.looked_at:,} scores{chosen}"


def _column(one: Stability) -> ColumnInWindow:
    distance = one.psi if one.psi is not None else None if one.shift is None else abs(one.shift)
    return ColumnInWindow(column=one.column, state=one.state, distance=distance, threshold=MOVED, words=one.words)


def _sum(judged: list[Stability]) -> tuple[State, str]:
    """Give the state of the whole, and in words which columns moved."""
    moved = [one.column for one in judged if one.state == "moved"]
    unknown = [one for one in judged if one.state == "unknown"]
    said = f"{len(moved)} of {len(judged)} columns moved{': ' if moved else ''}{', '.join(moved)}"
    return worst([one.state for one in judged]), unknown[0].words if len(unknown) == len(judged) else said
