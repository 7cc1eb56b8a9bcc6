"""What was measured of one model on some customers, to be drawn and told."""

from dataclasses import dataclass

import pandas as pd

from churn.steps.evaluate.intervals import Interval
from churn.steps.evaluate.scored import Scored


@dataclass(frozen=True)
class Measured:
    """Customers, with the metrics and the curves over them."""

    judged: Scored
    metrics: dict[str, Interval]
    curves: dict[str, pd.DataFrame]

    def spelt(self, name: str, digits: int, ends: bool = True) -> str:
        """Spell a metric with its interval, as far as it has them."""
        metric = self.metrics[name]
        value, low, high = (
            "?" if end is None else f"{end:,.{digits}f}" for end in (metric.value, metric.low, metric.high)
        )
        return value if metric.low is None or not ends else f"{value} ({low} to {high})"
