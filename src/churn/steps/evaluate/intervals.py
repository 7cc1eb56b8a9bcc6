"""Every metric with its 95 % interval."""

from collections.abc import Container
from dataclasses import dataclass

import numpy as np

from churn.params.evaluate import Evaluate
from churn.steps.evaluate.bootstrap import resample
from churn.steps.evaluate.metrics import points
from churn.steps.evaluate.scored import Numbers, Scored
from churn.steps.evaluate.undefined import undefined, without_interval

LEVEL = 0.95
LOST = 0.02
"""More draws than this share without a value, and the interval would leave out what it is about."""
DIGITS = 6


@dataclass(frozen=True)
class Interval:
    """A metric's value and the ends of its interval; `reason` says why something is missing."""

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""

    def plain(self) -> dict[str, float | str | None]:
        """Give it as JSON holds it, rounded so that its bytes are stable."""
        ends = {"value": self.value, "low": self.low, "high": self.high}
        rounded = {name: None if end is None else round(end, DIGITS) + 0.0 for name, end in ends.items()}
        return rounded | ({"reason": self.reason} if self.reason else {})


def measure(judged: Scored, knobs: Evaluate, wanted: Container[str] | None = None) -> dict[str, Interval]:
    """Measure the model on customers it has not seen; `wanted` names the metrics, None means all of these.

    Probabilities: log_loss, brier, calibration_slope and _intercept (of the log odds of leaving on the log odds given),
    calibration_error (mean distance between probability and churn rate over equally full bins). Ranking: roc_auc,
    pr_auc (average precision), top_decile_lift. Labels at 0.5 and at the model's threshold. Profit per 1,000 customers
    by rule, and what the two informed rules gain over the plain ones. Intervals: percentile bootstrap.
    """
    asked = {name: get for name, get in points(judged, knobs.bins).items() if wanted is None or name in wanted}
    missing, bare = undefined(judged, asked), without_interval(judged)
    draws = {} if bare else resample(judged, knobs)
    return {
        name: Interval(None, reason=missing[name]) if name in missing else _interval(name, float(get()), draws, bare)
        for name, get in asked.items()
    }


def _interval(name: str, value: float, draws: dict[str, Numbers], bare: str) -> Interval:
    if not np.isfinite(value):
        return Interval(None, reason="it came out as no number: no fit was found")
    if bare:
        return Interval(value, reason=bare)
    known = draws[name][np.isfinite(draws[name])]
    lost = 1 - len(known) / len(draws[name])
    if lost > LOST:
        return Interval(value, reason=f"{lost:.0%} of the draws have no value")
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    if name == "calibration_error":  # noise raises it, even of a faultless model: the low end takes all of it away
        low = max(value - np.quantile(draws["calibration_noise"], (1 + LEVEL) / 2), 0)
    return Interval(value, float(low), float(high))
