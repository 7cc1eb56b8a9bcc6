"""The same metrics, group by group: where the model is better or worse, and for whom."""

from typing import Any

import numpy as np
import pandas as pd

from churn import contract
from churn.params.evaluate import Evaluate
from churn.steps.evaluate.intervals import DIGITS, measure
from churn.steps.evaluate.scored import Scored
from churn.terms import Segment

SHOWN = ("roc_auc", "log_loss", "calibration_intercept", "precision_at_threshold", "recall_at_threshold")


def by_segment(rows: pd.DataFrame, judged: Scored, knobs: Evaluate) -> dict[str, Any]:
    """Measure each group of the contract's segments; `rows` stand in the order of `judged`.

    Beside the metrics stand the group's size, its churn rate, and the mean probability it was given.
    """
    return {
        segment.column: {
            str(group): _measure(judged.where(np.asarray(groups.eq(group), dtype=bool)), knobs)
            for group in groups.cat.categories
        }
        for segment, groups in ((segment, _groups(rows, segment)) for segment in contract.SEGMENTS)
    }


def _groups(rows: pd.DataFrame, segment: Segment) -> pd.Series:
    """Name each row's group: its value, or the band of its number, closed below, the last one open above."""
    cells = rows[segment.column]
    if not segment.edges:
        return cells.map(lambda value: f"{value:g}" if isinstance(value, float) else value).astype("category")
    edges = [*segment.edges[:-1], np.inf]
    names = [f"{low:g} to {high:g}" for low, high in zip(segment.edges[:-1], segment.edges[1:], strict=True)]
    bands: pd.Series = pd.cut(cells, edges, right=False, labels=names)
    return bands


def _measure(group: Scored, knobs: Evaluate) -> dict[str, Any]:
    if not len(group):
        return {"rows": 0}
    measured = measure(group, knobs)
    means = {"churn_rate": group.outcome.mean(), "mean_probability": group.churn.mean()}
    rounded = {name: round(float(value), DIGITS) for name, value in means.items()}
    return {"rows": len(group)} | rounded | {name: measured[name].plain() for name in SHOWN}
