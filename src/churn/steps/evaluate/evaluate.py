"""What stage evaluate gives: metrics for the gate, curves for plots, a figure for people."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from churn.params.evaluate import Evaluate
from churn.steps.evaluate.curves import curves
from churn.steps.evaluate.figure import figure
from churn.steps.evaluate.intervals import DIGITS, measure
from churn.steps.evaluate.measured import Measured
from churn.steps.evaluate.metrics import by_chance
from churn.steps.evaluate.scored import Scored

MAIN = {"ROC-AUC": ("roc_auc", 3), "log loss": ("log_loss", 3), "profit per 1,000": ("profit_per_1000_offer_rule", 0)}


@dataclass(frozen=True)
class Evaluation:
    """The content of metrics.json, the curves by name, the PNG, the main results in a line, and what they rest on."""

    metrics: dict[str, Any]
    curves: dict[str, pd.DataFrame]
    figure: bytes
    words: str
    measured: Measured


def evaluate(judged: Scored, knobs: Evaluate, family: str) -> Evaluation:
    """Measure the model on customers it has not seen; the family's name stands over the figure."""
    measured = Measured(judged, measure(judged, knobs), curves(judged, knobs.bins))
    words = ", ".join(f"{name} {measured.spelt(*metric)}" for name, metric in MAIN.items())
    return Evaluation(_plain(measured, knobs), measured.curves, figure(measured, family), words, measured)


def _plain(measured: Measured, knobs: Evaluate) -> dict[str, Any]:
    judged, known = measured.judged, measured.metrics["brier"].value is not None
    return {
        "rows": len(judged),
        "churn_rate": round(float(np.average(judged.outcome, weights=judged.weight)), DIGITS) if known else None,
        "threshold": round(judged.threshold, DIGITS),
        "calibration_error_by_chance": round(by_chance(judged, knobs.bins), DIGITS) if known else None,
        **{name: metric.plain() for name, metric in measured.metrics.items()},
    }
