"""One turn of monitoring: look, judge, keep, decide, alert."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from churn.lifecycle.decision import kept, ladder
from churn.lifecycle.decision.decision import Decision
from churn.lifecycle.monitoring import champion as champions
from churn.lifecycle.monitoring import ringing, service
from churn.lifecycle.monitoring.champion import Model
from churn.lifecycle.monitoring.judge import judge
from churn.lifecycle.monitoring.look import look
from churn.lifecycle.monitoring.reading import Reading
from churn.lifecycle.monitoring.scene import Knobs, Scene, Times
from churn.lifecycle.monitoring.service import Counters
from churn.params.campaign import Campaign
from churn.params.drift import Drift
from churn.params.monitor import Monitor
from churn.params.register import Register
from churn.params.retrain import Retrain
from churn.params.section import load
from churn.settings import Settings
from churn.stores.ledger.ledger import Ledger
from churn.stores.ledger.opened import opened
from churn.stores.ledger.watch import decisions, readings

UNWATCHED = "the window passed unwatched"
MISSED = 3
"""Windows that passed unwatched and are judged afterwards, one by one, as if it had been in time."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What one turn saw, what was decided upon it, and the alerts that it raised."""

    readings: tuple[Reading, ...]
    decision: Decision
    alerts: tuple[dict[str, Any], ...]


def monitor(known: Settings, now: int) -> Watched:
    """Judge the newest whole windows at `now`, microseconds since 1970; first those that passed unwatched.

    Raises LedgerError when the ledger is away. A registry that is away leaves unknown what needs it.
    """
    return asyncio.run(_watch(known, knobs(), champions.champion(known, load(Register).model), now))


async def _watch(known: Settings, knobs: Knobs, champion: Model | None, now: int) -> Watched:
    times = Times.at(now, knobs.monitor.window_days, knobs.campaign.horizon_days)
    async with opened(known) as ledger:
        await ledger.catch_up()
        for missed in _missed(await ledger.read(readings.newest, known.purpose, ("volume",), now), times):
            late = await seeing(known, ledger, Times(missed, times.width, times.horizon), knobs, champion)
            await _turn(known, ledger, late, UNWATCHED)
        scene = await seeing(known, ledger, times, knobs, champion)
        return await _turn(known, ledger, scene, await asyncio.to_thread(service.ask, known))


async def _turn(known: Settings, ledger: Ledger, scene: Scene, counters: Counters | str) -> Watched:
    times, champion = scene.times, scene.champion
    found = await asyncio.to_thread(judge, scene, counters)
    told = [asdict(one) for one in found]
    await ledger.do(lambda one: readings.keep(one, times.now, known.purpose, told))
    decision = await _decided(known, ledger, found, times.now)
    raised = await ledger.do(lambda one: ringing.ring(one, found, decision, champion, times.now, known.purpose))
    return Watched(tuple(found), decision, tuple(raised if isinstance(raised, list) else []))


async def seeing(known: Settings, ledger: Ledger, times: Times, knobs: Knobs, champion: Model | None) -> Scene:
    """Look into the ledger, and take what is known of each version that is met there."""
    seen = await ledger.read(look, known.purpose, times, knobs.monitor, champion.version if champion else None)
    return Scene(times, knobs, champion, seen, _others(known, champion, {one.model_version for one in seen.due}))


def knobs() -> Knobs:
    """Read what monitoring was told to do."""
    return Knobs(load(Monitor), load(Drift), load(Campaign))


async def _decided(known: Settings, ledger: Ledger, found: Sequence[Reading], now: int) -> Decision:
    """Decide, and keep the decision if it says something new."""
    decide = partial(ladder.decide, found, knobs=load(Retrain), campaign=load(Campaign), now=now)
    made = await ledger.do(lambda one: _kept(one, known.purpose, decide, now))
    assert isinstance(made, Decision)  # noqa: S101  # nosec B101 without a claim nothing else comes back
    return made


def _kept(connection: Any, purpose: str, decide: Callable[[Sequence[Decision]], Decision], now: int) -> Decision:
    """Decide upon what is kept, alone: of two monitors at once the second sees what the first decided."""
    decisions.alone(connection)
    past = [kept.read(one) for one in decisions.recent(connection, purpose, now)]
    made = decide(past)
    if not ladder.news(made, past):
        return made
    return replace(made, id=decisions.add(connection, purpose, kept.plain(made)))


def _others(known: Settings, champion: Model | None, versions: set[int]) -> dict[int, Model]:
    name = load(Register).model
    wanted = versions - ({champion.version} if champion else set())
    found = {number: champions.other(known, name, number) for number in wanted}
    return {number: one for number, one in found.items() if one is not None}


def _missed(last: Sequence[dict[str, Any]], times: Times) -> list[int]:
    """Give the ends of whole windows after the last one that was judged, the newest left out."""
    if not last:
        return []
    ends = range(max(int(one["until"]) for one in last) + times.width, times.arrived[1], times.width)
    return list(ends)[-MISSED:]
