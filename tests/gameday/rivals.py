"""Policies of retraining, played in process on the same customers: what each earns, and what it spends."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from churn import columns, contract, table
from churn.campaign import offer_value
from churn.params.campaign import Campaign
from churn.params.drift import Drift
from churn.steps.drift.calibration import calibrate, observed
from churn.steps.drift.pair import pair
from churn.steps.drift.verdict import decide, moved, seen
from churn.steps.drift.weights import weigh
from gameday import models
from gameday.script import Script
from gameday.world import Month, World
from simulate import population, recipe

Chosen = NDArray[np.bool_]
Numbers = NDArray[np.float64]
DRAWS, MOST = 1000, 6000


@dataclass
class House:
    """One policy at work: its model, the labelled rows of each window, and its books, a line a window."""

    model: Pipeline
    reference: pd.DataFrame
    known: list[pd.DataFrame] = field(default_factory=list)
    earned: list[float] = field(default_factory=list)
    retrained: list[int] = field(default_factory=list)


Policy = Callable[[House, Month, Chosen], list[pd.DataFrame]]
"""Says at a window's end from which labels a new model is to be fitted; from none: the old one stays."""


def never(_house: House, _month: Month, _accepted: Chosen) -> list[pd.DataFrame]:
    """Keep the first model."""
    return []


def monthly(house: House, _month: Month, _accepted: Chosen) -> list[pd.DataFrame]:
    """Refit on all that is known whenever labels have come."""
    return house.known


def monthly_recent(house: House, _month: Month, _accepted: Chosen) -> list[pd.DataFrame]:
    """Refit on the newest window alone whenever labels have come."""
    return house.known[-1:]


def on_drift(house: House, month: Month, accepted: Chosen) -> list[pd.DataFrame]:
    """Refit on all that is known when the drift check alarms."""
    return house.known if _drifted(house, month, accepted) else []


def on_drift_recent(house: House, month: Month, accepted: Chosen) -> list[pd.DataFrame]:
    """Refit on the newest window alone when the drift check alarms."""
    return house.known[-1:] if _drifted(house, month, accepted) else []


POLICIES: dict[str, Policy] = {
    "never": never,
    "monthly": monthly,
    "monthly, newest month only": monthly_recent,
    "on drift": on_drift,
    "on drift, newest month only": on_drift_recent,
}
POOLED = (monthly, on_drift)
"""They learn from the public table too, as who never throws anything away does."""


def months(script: Script, seed: int) -> list[Month]:
    """Make the customers of all windows, for policies that know no names."""
    world = World(script, seed)
    return [world.month(window) for window in range(script.windows)]


def play(script: Script, policy: Policy, given: Sequence[Month]) -> House:
    """Let a policy live through the game day."""
    house, campaign = House(models.first(), population.real()), recipe.knobs(Campaign)
    if policy in POOLED:
        house.known.append(population.real())
    waiting: pd.DataFrame | None = None
    for month in given:
        accepted, said = scores(house.model, month)
        called = calls(said, month, script)
        house.earned.append(month.earned(said, campaign))
        new, waiting = waiting, _told(month, accepted, called)
        _learn(house, policy, month, accepted, new)
    return house


def scores(model: Pipeline, month: Month) -> tuple[Chosen, Numbers]:
    """Score what arrived: who breaks the contract is refused and has no probability."""
    accepted = np.logical_and.reduce(
        [month.sent[one.name].isin(one.allowed) for one in columns.columns() if one.allowed]
    )
    said = np.full(len(month.sent), np.nan)
    said[accepted] = models.say(model, month.sent[accepted])
    return accepted, said


def calls(said: Numbers, month: Month, script: Script) -> Chosen:
    """Choose whom the house calls: those worth most by its own scores, but for those left alone by chance."""
    campaign = recipe.knobs(Campaign)
    worth = offer_value(said, np.asarray(contract.monthly_value(month.sent), float), campaign)
    order = np.argsort(-np.nan_to_num(worth, nan=-np.inf), kind="stable")
    listed = np.zeros(len(said), bool)
    listed[order[: int(script.calls * len(said))]] = True
    kept_out = np.random.default_rng([month.window, len(said)]).random(len(said)) < campaign.holdout
    return listed & (np.nan_to_num(worth, nan=-1.0) > 0) & ~kept_out


def _told(month: Month, accepted: Chosen, called: Chosen) -> pd.DataFrame | None:
    """Give the rows of a window whose outcome will be told, as they arrived, and what will be told."""
    told, left = month.labels(called)
    known = told & accepted
    outcome = pd.array(np.where(left[known], contract.POSITIVE, contract.NEGATIVE), dtype="str")
    return month.sent[known].assign(**{contract.TARGET: outcome}) if known.any() else None


def _learn(house: House, policy: Policy, month: Month, accepted: Chosen, new: pd.DataFrame | None) -> None:
    if new is None:
        return
    house.known.append(new)
    if chosen := policy(house, month, accepted):
        house.reference = pd.concat(chosen, ignore_index=True)
        house.model = models.fit(house.reference, table.outcome(house.reference).astype(bool))
        house.retrained.append(month.window)


def _drifted(house: House, month: Month, accepted: Chosen) -> bool:
    """Ask the product's own check, against what the model was fitted on; fewer draws, and no page is drawn."""
    knobs = recipe.knobs(Drift).model_copy(update={"draws": DRAWS, "max_rows": MOST})
    sides, weights = pair(house.reference, month.sent[accepted], knobs), weigh(house.reference)
    calibration = calibrate(sides, weights, knobs)
    moves = moved(observed(sides, calibration, knobs), calibration)
    return decide(moves, weights, seen(sides, knobs), sides, knobs).state == "drift"
