"""Whether scores are right: a score test on mature labels that knows how far a model trained on few rows strays."""

from dataclasses import dataclass
from math import erfc, exp, sqrt

import numpy as np
from numpy.typing import NDArray

from churn.lifecycle.monitoring.cases import Cases
from churn.lifecycle.proportions import Interval, Z

Numbers = NDArray[np.float64]
STRAY = 1.5
"""A model's own error, over that of a logistic fit that was given its form: penalties and choice of a family add some.
Measured: tests/simulate/monitoring.py."""


@dataclass(frozen=True, slots=True)
class Straying:
    """How far the outcomes lie from what was said.

    `excess` is the log loss above what the scores themselves foresee, `gap` the share who left less the mean score.
    """

    excess: Interval
    gap: Interval
    worse: float
    """The p-value of a log loss that is not higher than foreseen."""
    off: float
    """The p-value of scores that are neither too high nor too low, nor too bold nor too timid."""


def straying(cases: Cases, trained_on: int, borne: float) -> Straying:
    """Test the scores of a model that was trained on so many rows; each may lose `borne` beyond what it foresees."""
    rest, total = cases.outcome - cases.probability, cases.weight.sum()
    sides = np.column_stack([np.ones(len(cases)), -cases.odds])
    means = (cases.weight * rest) @ sides / total
    spread = _spread(cases, sides, trained_on)
    errors = np.sqrt(np.diag(spread))
    statistic = float(means @ np.linalg.pinv(spread) @ means)
    gap, excess = (_interval(float(mean), float(error)) for mean, error in zip(means, errors, strict=True))
    return Straying(excess, gap, upper(float((means[1] - borne) / max(errors[1], 1e-12))), exp(-statistic / 2))


def upper(z: float) -> float:
    """Give the chance of a normal number above z."""
    return erfc(z / sqrt(2)) / 2


def _spread(cases: Cases, sides: Numbers, trained_on: int) -> Numbers:
    """Give the covariance of the means: chance of these customers, and of those the model was trained on."""
    coin = cases.chance * (1 - cases.chance)
    total = cases.weight.sum()
    drawn = (sides * (cases.weight**2 * coin)[:, None]).T @ sides / total**2
    learnt = (sides * (cases.weight * coin)[:, None]).T @ sides / total
    return np.asarray(drawn + STRAY * learnt / max(trained_on, 1))


def _interval(value: float, error: float) -> Interval:
    return Interval(value, value - Z * error, value + Z * error)
