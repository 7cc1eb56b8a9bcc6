"""A shadow experiment: the challenger's answers, which nobody saw, beside the champion's on the same customers."""

from collections.abc import Sequence
from typing import Any

from churn.lifecycle.experiment import paired
from churn.lifecycle.experiment.reading import Reading, effect, state, unheard, unknown
from churn.lifecycle.experiment.running import Running

PER = 1000


def read(rows: Sequence[Any], answered: int, shadowed: int, of: Running) -> Reading:
    """Read a shadow experiment; unknown where shadows are missing, or outcomes too few."""
    figures: dict[str, Any] = {"customers": answered, "shadowed": shadowed, "labelled": len(rows)}
    declared = of.declared
    if not answered or shadowed / answered < declared["min_shadowed"]:
        return unknown(f"only {shadowed:,} of {answered:,} customers have a shadow beside their answer", figures)
    if len(rows) < declared["min_known"] * shadowed:
        return unknown(unheard(len(rows), shadowed), figures)
    found = paired.pairs(rows)
    if found is None:
        return unknown(paired.NOBODY, figures)
    figures |= {"used": len(found.churned), "churned": found.left}
    if (
        len(found.churned) < declared["min_labelled"]
        or min(found.left, len(found.churned) - found.left) < declared["min_each"]
    ):
        return unknown(f"too few known outcomes ({len(found.churned)}, {found.left} of them left)", figures)
    loss = effect(*paired.mean(found.loss_gain(), found.weight), declared["level"])
    money, error = paired.mean(found.profit_gain(of.campaign), found.weight)
    earned = effect(PER * money, PER * error, declared["level"])
    figures["profit_per_1000"] = {"value": earned.value, "low": earned.low, "high": earned.high}
    words = (
        f"the challenger's log loss lies {loss.value:+.4f} below the champion's ({loss.low:+.4f} to {loss.high:+.4f})"
    )
    return Reading(state(loss), words, loss, figures)
