"""What any model must reach: the first one by its test metrics, a later one by its probabilities on the common rows."""

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from churn import table
from churn.lifecycle.comparison import weights
from churn.lifecycle.duel import Duel, Numbers
from churn.lifecycle.resampling import Interval, interval, intervals
from churn.lifecycle.verdict import Check, above, inside
from churn.params.gate import Gate
from churn.steps.evaluate.formulas import recalibration

EDGE = 1e-6


def check_floors(metrics: dict[str, Any], rows: pd.DataFrame, churn: Numbers, gate: Gate) -> list[Check]:
    """Hold the test metrics, and the probabilities of the test rows, against what any model must reach on any table.

    It ranks better than `gate.min_roc_auc`, its log loss lies below that of the churn rate given to everybody (paired),
    both by their whole intervals, and the slope of its calibration lies in the range.
    """
    return [
        _asked("roc_auc", _ends(metrics, "roc_auc"), gate.min_roc_auc),
        _asked("log_loss_gain_over_base_rate", _over_base_rate(rows, churn, gate), 0),
        _slope_inside(_ends(metrics, "calibration_slope"), gate, None),
    ]


def check_calibration(duel: Duel, gate: Gate) -> list[Check]:
    """Hold the challenger's calibration on the common rows against the floors.

    A range is widened to take in where the champion itself stands: who is nearer to the truth is not held back.
    """
    gaps = np.column_stack([duel.outcome - duel.challenger, duel.outcome - duel.champion])
    new, old = intervals(gaps, weights(duel, gaps), gate.level, gate)
    most = max(gate.max_calibration_gap, abs(old.value))
    models = (duel.challenger, duel.champion)
    own, before = (slope(churn, duel.outcome, gate.level, duel.weight) for churn in models)
    return [inside("calibration_gap", new, -most, most), _slope_inside(own, gate, before)]


def slope(churn: Numbers, outcome: Numbers, level: float, weight: Numbers | None = None) -> Interval | None:
    """Give the slope of the logistic recalibration with its Wald interval; None where there is no fit.

    Where rows stand for several customers, the interval is the one that allows for it (White's sandwich).
    """
    inner = np.clip(churn, EDGE, 1 - EDGE)
    score = np.log(inner / (1 - inner))
    width = float(score.std()) or 1.0
    score /= width  # Newton's steps from a slope of 1 run away from log odds that are far too wide
    heavy = np.ones(len(churn)) if weight is None else weight
    fitted = recalibration(score, (heavy * outcome)[None], (heavy * (1 - outcome))[None])
    start, rise = (float(one[0]) for one in fitted)
    if not (math.isfinite(start) and math.isfinite(rise)):
        return None
    rate = 1 / (1 + np.exp(-np.clip(start + rise * score, -700, 700)))
    reach = NormalDist().inv_cdf((1 + level) / 2) * _error(score, rate, outcome, heavy)
    return interval(*(one / width for one in (rise, rise - reach, rise + reach)))


def _error(score: Numbers, rate: Numbers, outcome: Numbers, weight: Numbers) -> float:
    """Give the standard error of the slope."""
    curve = weight * rate * (1 - rate)
    spread = curve @ score**2 - (curve @ score) ** 2 / curve.sum()
    if weight.min() == weight.max():
        return 1 / math.sqrt(spread / weight.max())
    pull = weight * (outcome - rate) * (score - curve @ score / curve.sum())
    return float(np.sqrt((pull**2).sum()) / spread)


def _slope_inside(found: Interval | None, gate: Gate, champion: Interval | None) -> Check:
    near = [champion.value] if champion else []
    low, high = min(gate.min_calibration_slope, *near, math.inf), max(gate.max_calibration_slope, *near, 0)
    if found is None:
        return Check(name="calibration_slope", bound=f"{low:g} to {high:g}")
    return inside("calibration_slope", found, low, high)


def _asked(name: str, found: Interval | None, bound: float) -> Check:
    words = f"low > {bound:g}"
    return above(name, found, bound, words) if found else Check(name=name, bound=words)


def _over_base_rate(rows: pd.DataFrame, churn: Numbers, gate: Gate) -> Interval | None:
    weight = table.sampling_weights(rows)
    rate = float(np.average(table.outcome(rows), weights=weight)) if len(rows) else 0.0
    if not (0 < rate < 1 and np.isfinite(churn).all()):
        return None
    gain = Duel(rows, churn, np.full(len(rows), rate)).loss_gain[:, None]
    return intervals(gain, weight[:, None], gate.level, gate)[0]


def _ends(metrics: dict[str, Any], name: str) -> Interval | None:
    """Read a metric and its interval; None unless all three are numbers in order."""
    found = metrics.get(name)
    ends = [found.get(key) for key in ("low", "value", "high")] if isinstance(found, dict) else []
    low, value, high = (_number(one) for one in ends or [None] * 3)
    return Interval(value, low, high) if low <= value <= high else None


def _number(found: object) -> float:
    """Read a number; what is none compares with nothing."""
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        return math.nan
    return float(found)
