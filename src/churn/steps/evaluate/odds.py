"""What a scorecard multiplies the odds of leaving by, read from the explanation that travels with the model."""

import math
from collections.abc import Mapping
from typing import Any

from churn.steps.evaluate.intervals import DIGITS

READINGS = {"straight": float, "log1p": math.log1p}


def odds(explanation: Mapping[str, Any], column: str, value: Any) -> float | None:
    """Give the factor by which this value moves the odds, against the average customer; None for other models."""
    if explanation.get("kind") != "additive":
        return None
    try:
        added = _added(explanation["terms"][column], value) - explanation["baseline"][column]
        return round(math.exp(added), DIGITS)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _added(term: Mapping[str, Any], value: Any) -> float:
    if "weights" in term:
        return float(term["weights"].get(str(value), 0.0))
    parts = [
        one["weight"] * (READINGS[kind](value) - one["mean"]) / one["scale"]
        for kind, one in term.items()
        if kind in READINGS
    ]
    return math.fsum(parts)
