"""The customers of each window, what is true of them, and what the house is told; the same for whoever plays.

The public table's customers live on from window to window; who leaves is replaced by one like them, under a new name,
so that nothing moves but what the game-day file moves. Every chance is known, so money is counted in expectation.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churn import columns, contract
from churn.campaign import offer_value
from churn.params.campaign import Campaign
from gameday.script import Concept, Mix, Outage, Poison, Rename, Script, Term, Unit
from simulate import population, recipe

Numbers = NDArray[np.float64]
Chosen = NDArray[np.bool_]

DRAWS = ("customers", "feed", "told", "leaves", "accepts", "swapped")
"""What chance decides in a window, each by numbers of its own: a policy that calls other people moves nothing else."""


@dataclass(frozen=True)
class Month:
    """One window's customers: as they are, their true chance of leaving uncalled, and as the feed sends them."""

    window: int
    rows: pd.DataFrame
    chance: Numbers
    sent: pd.DataFrame
    leaves: Chosen
    accepts: Chosen
    told: Chosen
    swapped: Chosen

    @property
    def names(self) -> NDArray[np.object_]:
        """Name the customers."""
        return self.rows[contract.ID].to_numpy()

    def left(self, called: Chosen) -> Chosen:
        """Tell who leaves when these are called, shape (n,): a call keeps those leavers who accept."""
        return self.leaves & ~(called & self.accepts)

    def labels(self, called: Chosen) -> tuple[Chosen, Chosen]:
        """Give whose outcome the house is told, and what it is told; both shape (n,)."""
        return self.told, self.left(called) ^ self.swapped

    def earned(self, said: Numbers, campaign: Campaign) -> float:
        """Give what offers by the campaign's rule on these probabilities bring, per 1,000, in expectation.

        Who has no probability gets no offer.
        """
        monthly = np.asarray(contract.monthly_value(self.rows), float)
        offered = np.nan_to_num(offer_value(said, monthly, campaign), nan=-1.0) > 0
        return float(1000 * np.where(offered, offer_value(self.chance, monthly, campaign), 0.0).mean())


@dataclass
class World:
    """Plays the windows in order: each follows from who left in the one before."""

    script: Script
    seed: int
    campaign: Campaign = field(default_factory=lambda: recipe.knobs(Campaign))
    _generation: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def month(self, window: int) -> Month:
        """Make the customers of a window."""
        chance_of = {name: self._rng(window, place) for place, name in enumerate(DRAWS)}
        rows = self._customers(window, chance_of["customers"])
        chance = shifted(population.probability(rows), rows, self.script, window)
        size = len(rows)
        return Month(
            window,
            rows,
            chance,
            fed(rows, self.script, window, chance_of["feed"]),
            leaves=chance_of["leaves"].random(size) < chance,
            accepts=chance_of["accepts"].random(size) < self.campaign.acceptance,
            told=chance_of["told"].random(size) < self._told(window + 1),
            swapped=chance_of["swapped"].random(size) < self._swapped(window + 1),
        )

    def pass_by(self, month: Month, called: Chosen) -> None:
        """Let a window end: who left is replaced."""
        for name in month.names[month.left(called)]:
            self._generation[name.rpartition("-")[0]] += 1

    def _customers(self, window: int, rng: np.random.Generator) -> pd.DataFrame:
        real = population.real()
        weight = np.ones(len(real))
        for one in self.script.going_on(window):
            if isinstance(one, Mix):
                weight = np.where(real[one.column] == one.value, weight * one.times, weight)
        rows = real.iloc[rng.choice(len(real), self.script.rows, p=weight / weight.sum())].reset_index(drop=True)
        twin = rows.groupby(contract.ID).cumcount().astype(str)
        place = [f"{name}-{number}" for name, number in zip(rows[contract.ID], twin, strict=True)]
        named = pd.array([f"{one}-{self._generation[one]}" for one in place], dtype="str")
        return population.moved(rows, rng).drop(columns=contract.TARGET).assign(**{contract.ID: named})

    def _rng(self, window: int, what: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, window, what])

    def _told(self, window: int) -> float:
        """Give the share of outcomes that is told in a window; they are of the customers of the one before."""
        silent = any(isinstance(one, Outage) for one in self.script.going_on(window))
        return 0.0 if silent else self.script.labels_told

    def _swapped(self, window: int) -> float:
        return max((one.share for one in self.script.going_on(window) if isinstance(one, Poison)), default=0.0)


def shifted(chance: Numbers, rows: pd.DataFrame, script: Script, window: int) -> Numbers:
    """Add to the log odds what the incidents of a window add."""
    odds = np.log(chance) - np.log1p(-chance)
    for one in script.incidents:
        if isinstance(one, Concept):
            odds += one.strength(window) * sum(term.log_odds * member(rows, term) for term in one.terms)
    return np.asarray(1 / (1 + np.exp(-odds)))


def member(rows: pd.DataFrame, term: Term) -> Chosen:
    """Tell who belongs to a term's group."""
    cells = rows[term.column]
    return np.asarray(cells.isin(term.values) if term.values is not None else cells > term.above)


def fed(rows: pd.DataFrame, script: Script, window: int, rng: np.random.Generator) -> pd.DataFrame:
    """Give the rows as the feed sends them, its faults included."""
    sent = rows[[contract.ID, *columns.names()]].copy()
    for one in script.going_on(window):
        if isinstance(one, Unit):
            hit = rng.random(len(sent)) < one.share
            sent[one.column] = sent[one.column].where(~hit, (sent[one.column] * one.factor).round(2))
        if isinstance(one, Rename):
            hit = sent[one.column].eq(one.value).to_numpy() & (rng.random(len(sent)) < one.share)
            sent[one.column] = sent[one.column].mask(hit, one.into)
    return sent
