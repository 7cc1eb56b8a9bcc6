"""Models of the in-process policies: the product's scorecard, fitted at once."""

import numpy as np
import pandas as pd
import sklearn
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from churn import columns, table
from churn.steps.train import families
from gameday.script import Script
from gameday.world import shifted
from simulate import population

Numbers = NDArray[np.float64]
PENALTY, SEED = 0.3, 7
ORACLE_ROWS = 20_000
"""Customers that the oracle learns from: more than any house has, all of the window's own truth."""


def fit(rows: pd.DataFrame, left: NDArray[np.bool_], weight: Numbers | None = None) -> Pipeline:
    """Fit the scorecard on customers and what became of them."""
    with sklearn.config_context(enable_metadata_routing=True):
        model = families.pipeline("scorecard", SEED).set_params(classifier__C=PENALTY)
        given = np.ones(len(rows)) if weight is None else weight
        return model.fit(rows[columns.names()], left, sample_weight=given)


def say(model: Pipeline, rows: pd.DataFrame) -> Numbers:
    """Give each customer's probability of leaving, shape (n,)."""
    return np.asarray(model.predict_proba(rows[columns.names()])[:, 1])


def first() -> Pipeline:
    """Fit what the house begins with: a model of the public table and its real outcomes."""
    real = population.real()
    return fit(real, table.outcome(real).astype(bool))


def oracle(script: Script, window: int, seed: int) -> Pipeline:
    """Fit what nobody can have: the same recipe on many clean customers of the window's own truth."""
    rng = np.random.default_rng([seed, window, ORACLE_ROWS])
    rows = population.draw(ORACLE_ROWS, rng)
    return fit(rows, rng.random(len(rows)) < shifted(population.probability(rows), rows, script, window))
