"""What the page of promises says in words."""

from typing import Any

from churn.page import numbers

NOT_SHOWN = "not shown"
UNSIMULATED = "has not been run here, or its report is not committed"
METHODS = (
    (
        "Met: the whole 95% interval lies on the promised side. Not met: the whole interval lies on the other. Where "
        "the target lies within the interval, these data cannot tell: not shown."
    ),
    (
        "Unknown is everything else: never measured, or measured of another model, or by a file that does not say. "
        "Nothing that is unknown counts as met."
    ),
    (
        "The targets of the model and of the service stand under kpi in params.yaml. Simulations carry their own "
        "targets and decide by their own intervals; benchmarks are medians of one machine and have none."
    ),
    "Profits rest on assumed prices and an assumed acceptance (campaign in params.yaml); nobody has measured those.",
)


def accuracy(told: dict[str, Any]) -> list[str]:
    """Say why the accuracy that was asked for cannot be had, as far as is known."""
    at_half, most, nobody = (
        numbers.measured(told[name], numbers.share) for name in ("at_half", "expected_at_most", "nobody_leaves")
    )
    asked = numbers.share(told["asked"], 0)
    return [
        (
            f"The source documents ask for an accuracy above {asked}. Measured at 0.5, on customers that training "
            f"never saw: {at_half}. Saying of everybody that nobody leaves has {nobody}."
        ),
        (
            f"{_ceiling(told, asked)} If these probabilities were the true ones, the best rule there is would be right "
            f"in the mean of max(p, 1 - p) of the cases: {most}. Their calibration slope is "
            f"{numbers.measured(told['calibration_slope'])}, where 1 is faultless."
        ),
        (
            "So accuracy is no goal here. Customers with the same record end differently, most of all those in the "
            "middle; a model is worth what it ranks and how right its probabilities are, and that is what the promises "
            "ask."
        ),
    ]


def _ceiling(told: dict[str, Any], asked: str) -> str:
    """Say that the ceiling lies below what was asked only if all of its interval does, and the slope's holds 1."""
    ceiling, slope = told["expected_at_most"].get("high"), told["calibration_slope"]
    if not all(map(numbers.known, (ceiling, slope.get("low"), slope.get("high")))):
        return f"Whether {asked} can be had is unknown."
    below = ceiling < told["asked"] and slope["low"] <= 1 <= slope["high"]
    return f"No honest model reaches {asked} on this table." if below else f"Whether {asked} can be had is not shown."
