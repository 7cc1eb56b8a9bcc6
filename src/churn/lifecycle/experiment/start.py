"""Declare an experiment: which models, which customers, what is read, when; all of it before the first customer."""

import asyncio
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Any

import numpy as np

from churn.errors import ExperimentRefused
from churn.lifecycle import delivery
from churn.lifecycle.aliases import CHALLENGER, CHAMPION
from churn.lifecycle.experiment import intent
from churn.lifecycle.experiment.running import Mode, Running
from churn.lifecycle.one_writer import one_writer
from churn.lifecycle.version_tags import read_verdict
from churn.params.campaign import Campaign
from churn.params.experiment import Experiment
from churn.params.register import Register
from churn.scoring.engine import Engine
from churn.settings import Settings
from churn.stores.ledger import entries, experiments
from churn.stores.ledger.opened import opened
from churn.stores.ledger.queries import exposed
from churn.stores.ledger.queries.cells import DAY
from churn.stores.ledger.queries.exposed import Followed
from churn.stores.tracking import retirements
from churn.stores.tracking.registry import Registry, Version

FEW, POWER = 200, 0.8
TESTS = {
    "live": "intent to treat: money a customer came to, adjusted for monthly value and last score before; read once",
    "shadow": "paired: log loss of both models on the same customers with known outcomes; mean difference, read once",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to try; None: what params.yaml says, or the version that bears @challenger."""

    name: str
    mode: Mode
    why: str
    challenger: int | None = None
    share: float | None = None
    days: int | None = None


def start(settings: Settings, register: Register, params: Experiment, wish: Wish, now: int) -> Running:
    """Declare an experiment and let it begin; hosts take part when their sync has brought the challenger.

    Raises ExperimentRefused, Conflict where another runs, ModelError, TrackingError, LedgerError.
    """
    if not wish.why.strip() or not wish.name.strip():
        raise ExperimentRefused("an experiment wants a name and its reason: --why; both are kept")
    with one_writer(settings):
        registry = Registry(settings.store, register.model)
        champion, challenger = _pair(registry, wish)
        campaign = Engine(registry.fetch(champion), champion.number).campaign
        delivery.prove(registry.fetch(challenger), challenger.number)
        return asyncio.run(_begun(settings, params, wish, (champion, challenger), campaign, now))


def _pair(registry: Registry, wish: Wish) -> tuple[Version, Version]:
    champion = registry.by_alias(CHAMPION)
    number = wish.challenger or registry.aliases().get(CHALLENGER)
    if champion is None or number is None:
        raise ExperimentRefused(f"{registry.name} needs a @{CHAMPION} and a challenger; `churn versions` shows them")
    challenger = delivery.find(registry, number)
    if challenger.digest == champion.digest:
        raise ExperimentRefused(f"version {number} is the champion itself; name another: --challenger N")
    told = retirements.read(registry.tags())
    told.refuse_broken()
    told.refuse(challenger.number, challenger.digest)
    verdict = read_verdict(challenger)
    if wish.mode == "live" and (verdict is None or verdict.state == "fail"):
        said = f"the gate says fail: {verdict.reason}" if verdict else "it has no readable gate verdict"
        raise ExperimentRefused(f"version {number} answers no customer, not even some: {said}; try --mode shadow")
    return champion, challenger


async def _begun(
    settings: Settings, params: Experiment, wish: Wish, pair: tuple[Version, Version], campaign: Campaign, now: int
) -> Running:
    share, days = wish.share or params.share, wish.days or params.days
    async with opened(settings) as ledger:
        await ledger.catch_up()
        horizon = campaign.horizon_days
        mature = now - horizon * DAY
        known = await ledger.read(exposed.outcomes, Followed(settings.purpose, mature - days * DAY, mature, horizon))
        declared = _declared(params, wish, pair, campaign) | _promise(known, wish.mode, share, params.level, campaign)
        cells: dict[str, Any] = {
            "at": now, "who": settings.who, "purpose": settings.purpose, "name": wish.name.strip(), "mode": wish.mode,
            "champion": pair[0].number, "challenger": pair[1].number, "share": share, "salt": entries.new_id(),
            "declared": declared, "begins": now, "ends": now + days * DAY,
        }  # fmt: skip
        name = await ledger.do(lambda connection: experiments.begin(connection, cells))
    return Running(id=str(name), **cells)


def _declared(params: Experiment, wish: Wish, pair: tuple[Version, Version], campaign: Campaign) -> dict[str, Any]:
    bounds = params.model_dump(include={"level", "min_labelled", "min_each", "min_known", "mismatch", "min_shadowed"})
    figure = "money per 1,000 customers" if wish.mode == "live" else "log loss"
    return {
        **bounds, "why": wish.why.strip(), "test": TESTS[wish.mode], "figure": figure,
        "champion_digest": pair[0].digest, "challenger_digest": pair[1].digest, "campaign": campaign.model_dump(),
    }  # fmt: skip


def _promise(known: Any, mode: Mode, share: float, level: float, campaign: Campaign) -> dict[str, Any]:
    """Say from as long a past how many customers to expect, and which difference would be found in 8 of 10 cases."""
    told = {"expected_customers": len(known), "detectable": None}
    worth = intent.worth(known, campaign) if mode == "live" else np.array([])
    if len(worth) < FEW:
        return told
    quantiles = NormalDist().inv_cdf((1 + level) / 2) + NormalDist().inv_cdf(POWER)
    error = float(worth.std(ddof=1)) * sqrt((1 / share + 1 / (1 - share)) / len(known))
    return told | {"detectable": round(intent.PER * quantiles * error, 2)}
