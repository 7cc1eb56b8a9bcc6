"""What a challenger must show against the champion, and what one that only refreshes it must."""

import numpy as np

from churn.lifecycle.duel import Duel, Numbers
from churn.lifecycle.resampling import Interval, intervals
from churn.lifecycle.verdict import Check, above
from churn.params.campaign import Campaign
from churn.params.gate import Gate

LOSS, PROFIT = "log_loss_gain", "profit_gain_per_1000"


def compare(duel: Duel, gate: Gate, campaign: Campaign) -> tuple[list[Check], list[Check]]:
    """Bootstrap the paired gains: log loss, and profit per 1,000 customers of the offer rule.

    Gives what the rule of promotion asks (better), then what the rule of refreshing asks (no worse by more than the
    margin). Both ask the same of the profit.
    """
    gains = np.column_stack([duel.loss_gain, 1000 * duel.profit_gain(campaign)])
    loss, profit = intervals(gains, weights(duel, gains), gate.level, gate)
    earning = _at_least(PROFIT, profit, gate.profit_margin)
    return [above(LOSS, loss, 0, "low > 0"), earning], [_at_least(LOSS, loss, gate.refresh_margin), earning]


def weights(duel: Duel, columns: Numbers) -> Numbers:
    """Let each row count in every column as many times as the customers it stands for."""
    return np.repeat(duel.weight[:, None], columns.shape[1], axis=1)


def _at_least(name: str, gain: Interval, margin: float) -> Check:
    return above(name, gain, -margin, f"low > {-margin:g}")
