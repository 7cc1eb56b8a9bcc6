"""Pairs of models whose true difference in quality is known, on customers whose true chances are known."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.optimize import brentq

from churn import contract
from churn.campaign import offer_value
from churn.lifecycle.duel import Duel
from churn.params.campaign import Campaign
from churn.scoring.scorer import Scorer
from churn.steps.evaluate.formulas import recalibration, roc_auc
from simulate import population, recipe

Numbers = NDArray[np.float64]
TRAINED_ON = 5634
HARM = 1.0
"""The noise in the log odds of a group that a challenger harms."""
GROUPED = [one.column for one in contract.SEGMENTS if not one.edges]
KEPT = [*(one.column for one in contract.SEGMENTS), "MonthlyCharges"]
BLIND = ["Contract", "InternetService", "tenure", "TotalCharges"]
"""What a champion of another kind has not learnt from: these columns were shuffled before it was trained."""


@dataclass(frozen=True)
class Pool:
    """Customers, their true chances of leaving, and the log odds that each trained model gives them."""

    rows: pd.DataFrame
    chance: Numbers
    models: list[Numbers]
    blind: Numbers


@dataclass(frozen=True)
class Rivals:
    """Log odds of two models over a pool."""

    words: str
    challenger: Numbers
    champion: Numbers

    def turned(self, words: str) -> "Rivals":
        """Let the champion challenge."""
        return Rivals(words, self.champion, self.challenger)


def pool(rows: int, models: int, rng: np.random.Generator) -> Pool:
    """Draw customers; train models of the quick recipe, one scorecard, on samples of their own; the last is blind."""
    samples = [population.draw(TRAINED_ON, rng) for _ in range(models + 1)]
    samples[-1] = samples[-1].assign(**{name: rng.permutation(samples[-1][name].to_numpy()) for name in BLIND})
    trained = Parallel(2)(delayed(recipe.model)(sample, quick=True) for sample in samples)
    drawn = population.draw(rows, rng)
    chance = population.probability(drawn)
    *said, blind = [calibrated(odds(Scorer(one).probabilities(drawn)), chance) for one in trained]
    kept = drawn[list(dict.fromkeys([*KEPT, contract.TARGET]))]
    return Pool(kept.astype(dict.fromkeys(GROUPED, "category")), chance, said, blind)


def odds(churn: Numbers) -> Numbers:
    """Give log odds."""
    return np.log(churn / (1 - churn))


def calibrated(score: Numbers, chance: Numbers) -> Numbers:
    """Stretch and shift log odds until they are right on the whole."""
    start, rise = recalibration(score, chance[None], 1 - chance[None])
    return start[0] + rise[0] * score


def auc(score: Numbers, chance: Numbers) -> float:
    """Give the true AUC of a score."""
    order = np.argsort(score)
    return float(roc_auc(chance[order][None], 1 - chance[order][None])[0])


def loss(score: Numbers, chance: Numbers) -> float:
    """Give the true log loss of log odds."""
    return float((np.logaddexp(0, score) - chance * score).mean())


def worse(start: Numbers, chance: Numbers, by: float, spoil: Callable[[float], Numbers], most: float) -> Numbers:
    """Spoil a model until its true AUC has fallen by so much, and calibrate it."""
    before = auc(start, chance)
    amount = brentq(lambda one: before - auc(spoil(one), chance) - by, 0, most, xtol=1e-3)
    return calibrated(spoil(amount), chance)


def noisy(start: Numbers, chance: Numbers, by: float, rng: np.random.Generator) -> Numbers:
    """Add noise of its own to every customer's log odds."""
    noise = rng.normal(size=len(start))
    return worse(start, chance, by, lambda amount: start + amount * noise, 5)


def blinded(of: Pool, by: float) -> Numbers:
    """Lean towards a model that has not learnt from the strongest columns."""
    start = of.models[0]
    return worse(start, of.chance, by, lambda amount: start + amount * (of.blind - start), 1)


def meet(of: Pool, rivals: Rivals, rows: int, rng: np.random.Generator) -> Duel:
    """Draw a test table and its outcomes, and let both models score it."""
    chosen = rng.choice(len(of.chance), rows, replace=False)
    left = rng.random(rows) < of.chance[chosen]
    table = of.rows.iloc[chosen].reset_index(drop=True)
    table[contract.TARGET] = np.where(left, contract.POSITIVE, contract.NEGATIVE)
    return Duel(table, *(churn(said[chosen]) for said in (rivals.challenger, rivals.champion)))


def no_better(of: Pool, words: str, one: Numbers, other: Numbers) -> Rivals:
    """Let the one whose true log loss is higher be the challenger."""
    champion, challenger = sorted((one, other), key=lambda score: loss(score, of.chance))
    return Rivals(words, challenger, champion)


def harming(of: Pool, column: str, group: object, rng: np.random.Generator) -> Rivals:
    """Let the challenger be better for everybody but one group, whom it knows worse than the champion does."""
    start, chance = of.models[0], of.chance
    there = (of.rows[column] == group).to_numpy()
    challenger = np.where(there, start + HARM * rng.normal(size=len(start)), start)
    return Rivals(f"better, but harms {column} {group}", challenger, noisy(start, chance, 0.02, rng))


def true_gains(of: Pool, rivals: Rivals, campaign: Campaign) -> tuple[float, float, float]:
    """Give what the challenger truly gains in AUC, in log loss, and in profit per 1,000 customers."""
    chance, monthly = of.chance, of.rows["MonthlyCharges"].to_numpy(float)
    both = (rivals.challenger, rivals.champion)
    auc_gain = auc(both[0], chance) - auc(both[1], chance)
    earned = [
        np.where(offer_value(churn(one), monthly, campaign) > 0, offer_value(chance, monthly, campaign), 0).mean()
        for one in both
    ]
    return auc_gain, loss(both[1], chance) - loss(both[0], chance), 1000 * float(earned[0] - earned[1])


def churn(score: Numbers) -> Numbers:
    """Give probabilities."""
    return 1 / (1 + np.exp(-score))
