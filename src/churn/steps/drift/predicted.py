"""Evidently's page of the scores, held to a threshold that clean windows pass at a rate."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
NAME, DRAWS, GRID = "churn probability", 500, np.linspace(0.0005, 0.9995, 1000)


def drawn(usual: Numbers, said: Numbers, rate: float, seed: int) -> str:
    """Draw the scores of a window beside the usual ones, as one HTML page."""
    from evidently import DataDefinition, Dataset, Report
    from evidently.metrics import ValueDrift

    from churn.steps.drift.measure import _quiet

    definition = DataDefinition(numerical_columns=[NAME])
    sides = (Dataset.from_pandas(pd.DataFrame({NAME: one}), data_definition=definition) for one in (said, usual))
    limit = threshold(usual, len(said), rate, seed)
    metrics = [ValueDrift(column=NAME, method="wasserstein", threshold=limit)]
    with _quiet():
        return str(Report(metrics, include_tests=True).run(*sides).get_html_str(as_iframe=False))


def threshold(usual: Numbers, many: int, rate: float, seed: int) -> float:
    """Give the Wasserstein distance, in standard deviations, that so many usual scores pass at this rate."""
    rng = np.random.default_rng(seed)
    spread = float(usual.std()) or 1.0
    found = [_distance(rng.choice(usual, len(usual)), rng.choice(usual, many)) / spread for _ in range(DRAWS)]
    return float(np.quantile(found, 1 - rate))


def _distance(one: Numbers, two: Numbers) -> float:
    return float(np.abs(np.quantile(one, GRID) - np.quantile(two, GRID)).mean())
