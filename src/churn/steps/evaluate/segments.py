"""The same metrics, group by group: where the model is better or worse, and for whom."""

from typing import Any

import numpy as np
import pandas as pd

from churn import contract, table
from churn.params.evaluate import Evaluate
from churn.steps.evaluate.intervals import DIGITS, measure
from churn.steps.evaluate.scored import Scored

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
        for segment, groups in ((one, table.groups(rows, one)) for one in contract.SEGMENTS if one.column in rows)
    }


def _measure(group: Scored, knobs: Evaluate) -> dict[str, Any]:
    if not len(group):
        return {"rows": 0}
    measured = measure(group, knobs, SHOWN)
    told = {"churn_rate": group.outcome, "mean_probability": group.churn}
    rounded = {name: round(float(np.average(values, weights=group.weight)), DIGITS) for name, values in told.items()}
    return {"rows": len(group)} | rounded | {name: measured[name].plain() for name in SHOWN}
