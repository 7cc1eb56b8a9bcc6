"""The champion beside the one before it, on the same customers since the promotion, once their outcomes are known."""

from dataclasses import dataclass, field
from typing import Any, Literal

from churn.lifecycle.experiment.paired import Pairs, mean
from churn.lifecycle.regret.sequence import bound
from churn.params.campaign import Campaign
from churn.params.experiment import Experiment

State = Literal["worse", "held", "unknown"]
"""Of the champion: shown to be worse than the one before; not shown to be; cannot be told."""
PER = 1000


@dataclass(frozen=True, slots=True)
class Regret:
    """What the comparison says; nothing but `worse` takes a champion back."""

    state: State
    words: str
    champion: int | None = None
    before: int | None = None
    figures: dict[str, Any] = field(default_factory=dict)


def judge(pairs: Pairs, campaign: Campaign, params: Experiment) -> Regret:
    """Judge the champion (`other`) by the one before (`one`), by log loss, at however many looks."""
    many, left = len(pairs.churned), pairs.left
    figures: dict[str, Any] = {"customers": many, "left": left}
    if many < params.min_labelled or min(left, many - left) < params.min_each:
        needed = f"{params.min_labelled} are needed, {params.min_each} of either kind"
        return Regret(
            "unknown", f"{many} outcomes are known since the promotion, {left} of them left; {needed}", figures=figures
        )
    found = bound(pairs.loss_gain(), pairs.weight, params.regret)
    lost = -PER * mean(pairs.profit_gain(campaign), pairs.weight)[0]
    figures |= {"log_loss_gain": found.value, "not_above": found.high, "lost_per_1000": lost}
    worse = found.high < 0
    where = "above" if found.value < 0 else "below"
    said = f"on {many:,} customers its log loss lies {abs(found.value):.4f} {where} the other's"
    money = f"; its offers would have earned {abs(lost):,.0f} per {PER:,} {'less' if lost > 0 else 'more'}"
    return Regret("worse" if worse else "held", said + money, figures=figures)
