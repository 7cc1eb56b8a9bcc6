"""The paper that goes with a model file."""

import hashlib
from typing import Any

import pandas as pd

from churn import columns, table
from churn.steps.train.choose import Standing

DIGITS = 10


def describe(
    model: bytes, decision: dict[str, Any], standings: list[Standing], rows: pd.DataFrame, origin: dict[str, Any]
) -> dict[str, Any]:
    """Describe a model: identity, decision, candidates, and `origin`: the digests and versions that made it."""
    winner = next(standing.candidate for standing in standings if standing.chosen)
    seen = {"data": table.digest(rows), "contract": columns.digest()}
    return {
        "digest": hashlib.sha256(model).hexdigest(),
        "family": winner.family,
        "params": winner.params,
        "decision": decision,
        "rows": {"train": len(rows)},
        "digests": seen | origin["digests"],
        "versions": origin["versions"],
        "candidates": [_line(standing) for standing in standings],
    }


def _line(standing: Standing) -> dict[str, Any]:
    candidate, losses = standing.candidate, standing.candidate.folds["log_loss"]
    return {
        "family": candidate.family,
        "params": candidate.params,
        "log_loss": round(float(losses.mean()), DIGITS),
        "log_loss_se": round(float(losses.std(ddof=1) / len(losses) ** 0.5), DIGITS),
        "roc_auc": round(float(candidate.folds["roc_auc"].mean()), DIGITS),
        "difference": round(standing.difference, DIGITS),
        "difference_se": round(standing.difference_se, DIGITS),
        "folds": {metric: [round(float(x), DIGITS) for x in values] for metric, values in candidate.folds.items()},
        "grid": candidate.grid,
        "chosen": standing.chosen,
        "out": standing.out,
    }
