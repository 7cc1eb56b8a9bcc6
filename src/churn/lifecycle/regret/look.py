"""Look whether the last promotion is regretted, and take it back by itself where labels show that it is."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from churn.errors import ChurnError, ModelError
from churn.lifecycle import promotion
from churn.lifecycle.alerting import raised
from churn.lifecycle.aliases import CHAMPION
from churn.lifecycle.experiment import paired
from churn.lifecycle.experiment.reading import unheard
from churn.lifecycle.promotion import Author
from churn.lifecycle.regret.regret import Regret, judge
from churn.params.experiment import Experiment
from churn.params.register import Register
from churn.scoring.engine import Engine
from churn.settings import Settings
from churn.stores.ledger.database import must_exist
from churn.stores.ledger.opened import opened
from churn.stores.ledger.queries import exposed
from churn.stores.ledger.queries.cells import DAY
from churn.stores.ledger.queries.exposed import Followed
from churn.stores.ledger.watch import readings
from churn.stores.tracking import records
from churn.stores.tracking.registry import Registry, Version

MOST = 20_000
"""Customers since the promotion that are looked at, the first ones: enough for any difference worth a move."""
MICRO = 1_000_000
DONE, FAILED = "rolled_back", "rollback_failed"
LABELS = ("labels", "outcomes")
"""Readings of monitoring that say whether labels can be believed, and whether they come."""


def look(settings: Settings, register: Register, params: Experiment, now: int) -> Regret:
    """Compare the champion with the one before it. Raises TrackingError, LedgerError, ModelError."""
    registry = Registry(settings.store, register.model)
    champion = registry.by_alias(CHAMPION)
    done = [one for one in records.read(registry) if one.done]
    if champion is None or not done or done[-1].intent.to_version != champion.number:
        return Regret("unknown", f"@{CHAMPION} is not where the records say; `churn history` tells more")
    if any(one.fault for one in records.read(registry)):
        return Regret("unknown", "the promotion records are broken, so nothing is taken back by itself")
    if done[-1].intent.action != "promote":
        return Regret("held", f"version {champion.number} came back by a rollback, and is not taken back by itself")
    target, _ = promotion.before(registry, champion)
    if target is None:
        return Regret("unknown", f"there is no champion before version {champion.number} to compare it with")
    since = 0 if settings.simulation else int(datetime.fromisoformat(done[-1].intent.when).timestamp() * MICRO)
    try:
        engine = _loaded(registry, champion)
        found = _compared(settings, params, engine, partial(_loaded, registry, target), (since, now))
    except ModelError as fault:
        found = Regret("unknown", f"the two cannot be compared: {fault}")
    return replace(found, champion=champion.number, before=target.number)


def automatic(settings: Settings, register: Register, params: Experiment, now: int) -> Regret:
    """Look, and roll back where the champion is shown to be worse; alerts tell of it, and of a way back that failed."""
    found = look(settings, register, params, now)
    if found.state != "worse":
        return found
    author = Author(settings.who, f"by itself, for version {found.champion} did worse: {found.words}")
    try:
        told = promotion.rollback(settings, register, author, only=found.champion)
    except ChurnError as fault:
        asyncio.run(_raised(settings, FAILED, f"version {found.champion} is worse and stays: {fault}", now))
        raise
    words = f"{told}: {found.words}"
    asyncio.run(_raised(settings, DONE, words, now))
    return replace(found, words=words)


def _loaded(registry: Registry, version: Version) -> Engine:
    engine = Engine(registry.fetch(version), version.number)
    engine.preflight()
    return engine


def _compared(
    settings: Settings, params: Experiment, champion: Engine, other: Callable[[], Engine], times: tuple[int, int]
) -> Regret:
    """Compare by customers since a time whose outcomes are due by another; load the other model if it comes to it."""
    horizon = champion.campaign.horizon_days
    asked = Followed(settings.purpose, times[0], times[1] - horizon * DAY, horizon, champion.version)
    doubt, rows, inputs = asyncio.run(_read(settings, asked, times[1]))
    told = [one for one in rows if one.churned is not None]
    figures = {"customers": len(told), "due": len(rows)}
    if doubt or len(told) < params.min_known * len(rows):
        return Regret("unknown", doubt or unheard(len(told), len(rows)), figures=figures)
    kept = [one for one in told if (one.record, one.row) in inputs]
    if len(kept) < params.min_labelled:
        return Regret(
            "unknown", f"{len(kept)} outcomes are known since; {params.min_labelled} are needed", figures=figures
        )
    said = _said(other(), [inputs[one.record, one.row] for one in kept])
    pairs = paired.pairs([(was, *tuple(one)[2:]) for was, one in zip(said, kept, strict=True)])
    return (
        Regret("unknown", paired.NOBODY, figures=figures) if pairs is None else judge(pairs, champion.campaign, params)
    )


def _said(engine: Engine, customers: list[Any]) -> list[float]:
    """Ask another model what it would have said, in parts that fit in memory."""
    parts = [engine.answers(customers[start : start + 1000]) for start in range(0, len(customers), 1000)]
    return [float(answer["churn_probability"]) for part in parts for answer in part]


async def _read(settings: Settings, asked: Followed, now: int) -> tuple[str, list[Any], dict[tuple[str, int], Any]]:
    """Read why labels cannot be believed, if so; the customers; and what they were scored on."""
    must_exist(settings.database_url)
    async with opened(settings) as ledger:
        await ledger.catch_up()
        last = await ledger.read(readings.newest, settings.purpose, LABELS, now)
        doubt = next((f"labels are in doubt: {one['words']}" for one in last if one["state"] == "alarm"), "")
        rows = list(await ledger.read(exposed.due, asked, MOST))
        return doubt, rows, await ledger.read(exposed.inputs, [(one.record, one.row) for one in rows])


async def _raised(settings: Settings, kind: str, words: str, now: int) -> None:
    async with opened(settings) as ledger:
        await ledger.do(partial(raised.raise_, kind=kind, words=words, at=now, purpose=settings.purpose))
