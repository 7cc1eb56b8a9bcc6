"""A small model of its own over mature labels: what anybody could learn from them."""

import numpy as np
from numpy.typing import NDArray

from churn.lifecycle.monitoring.cases import TINY, Cases

Numbers = NDArray[np.float64]
FOLDS, RIDGE, STEPS, ENOUGH = 5, 4.0, 25, 1e-6
"""Parts that are scored by a fit to the others; the pull of each coefficient towards none, in customers."""


def crossed(cases: Cases, features: Numbers, weight: Numbers | None = None) -> Numbers:
    """Give the probability of each customer by a logistic fit to others, shape (n,).

    Customers are dealt to the parts in turn by what was said of them, so that each part holds all kinds.
    """
    dealt = np.empty(len(cases), dtype=np.int64)
    dealt[np.argsort(cases.probability, kind="stable")] = np.arange(len(cases)) % FOLDS
    said, weight = np.empty(len(cases)), cases.weight if weight is None else weight
    for part in range(FOLDS):
        mine = dealt == part
        fitted = fit(features[~mine], cases.outcome[~mine], weight[~mine])
        said[mine] = chances(features[mine] @ fitted)
    return said


def fit(features: Numbers, outcome: Numbers, weight: Numbers, ridge: float = RIDGE) -> Numbers:
    """Fit a logistic model by Newton's steps, the first column unpulled; give its coefficients, shape (k,)."""
    pull = np.full(features.shape[1], ridge)
    pull[0] = ENOUGH
    found = np.zeros(features.shape[1])
    for _ in range(STEPS):
        chance = chances(features @ found)
        slope = features.T @ (weight * (outcome - chance)) - pull * found
        bend = (features * (weight * chance * (1 - chance))[:, None]).T @ features + np.diag(pull)
        step = np.linalg.solve(bend, slope)
        found = found + np.clip(step, -2, 2)
        if np.abs(step).max() < ENOUGH:
            break
    return found


def chances(odds: Numbers) -> Numbers:
    """Give the probabilities of log odds."""
    return np.asarray(np.clip(1 / (1 + np.exp(-np.clip(odds, -30, 30))), TINY, 1 - TINY))
