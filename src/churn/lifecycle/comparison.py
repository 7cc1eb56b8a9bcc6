"""Two models on the same rows: the paired gain of one over the other, with intervals."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churn import contract, table
from churn.campaign import offer_value
from churn.errors import ModelError
from churn.lifecycle.verdict import Check
from churn.params.campaign import Campaign
from churn.params.gate import Gate
from churn.scoring.scorer import Scorer

DIGITS = 6
TINY = 1e-15


def compare(rows: pd.DataFrame, challenger: Scorer, champion: Scorer, gate: Gate, campaign: Campaign) -> list[Check]:
    """Bootstrap the paired gain of the challenger: log loss, and profit per 1,000 customers of the offer rule."""
    scores = [model.probabilities(rows) for model in (challenger, champion)]
    if not np.isfinite(scores).all():
        raise ModelError("some customers got no probability")
    outcome = table.outcome(rows)
    new, old = (_losses(one, outcome) for one in scores)
    earned, before = (_profits(one, rows, outcome, campaign) for one in scores)
    loss, profit = _interval(old - new, gate), _interval(1000 * (earned - before), gate)
    floor = -gate.profit_margin
    return [
        Check(name="log_loss_gain", **loss, bound="low > 0", met=loss["low"] > 0),
        Check(name="profit_gain_per_1000", **profit, bound=f"low > {floor:g}", met=profit["low"] > floor),
    ]


def agree(rows: pd.DataFrame, challenger: Scorer, champion: Scorer) -> bool:
    """Tell whether both give every row the same probability, to the last bit."""
    new, old = (model.probabilities(rows) for model in (challenger, champion))
    return bool(np.isfinite(new).all() and np.array_equal(new, old))


def _losses(churn: NDArray[np.float64], outcome: NDArray[np.int64]) -> NDArray[np.float64]:
    right = np.where(outcome == 1, churn, 1 - churn)
    return np.asarray(-np.log(np.clip(right, TINY, 1)))


def _profits(
    churn: NDArray[np.float64], rows: pd.DataFrame, outcome: NDArray[np.int64], campaign: Campaign
) -> NDArray[np.float64]:
    monthly = contract.monthly_value(rows)
    offered = offer_value(churn, monthly, campaign) > 0
    return np.where(offered, offer_value(outcome, monthly, campaign), 0.0)


def _interval(gains: NDArray[np.float64], gate: Gate) -> dict[str, float]:
    """Give the mean gain and its percentile interval, two-sided at `gate.level`; equal scores have none to draw."""
    mean = round(float(gains.mean()), DIGITS)
    if np.ptp(gains) == 0:
        return {"value": mean, "low": mean, "high": mean}
    from scipy.stats import bootstrap

    options = {"n_resamples": gate.draws, "confidence_level": gate.level, "method": "percentile", "batch": 100}
    drawn = bootstrap((gains,), np.mean, rng=np.random.default_rng(gate.seed), **options).confidence_interval
    return {"value": mean, "low": round(float(drawn.low), DIGITS), "high": round(float(drawn.high), DIGITS)}
