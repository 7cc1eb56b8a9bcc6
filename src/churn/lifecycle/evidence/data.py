"""What the data says: drift and its cause, validation, the test rows."""

from collections.abc import Mapping
from typing import Any

from churn.lifecycle.evidence.markdown import safe, table

CAUSES = {
    "data_fault": "a fault in the data, from which nothing is to be learnt",
    "mix": "other kinds of customers, who leave as often as their kind did",
    "behaviour": "customers of the same kind leave more or less often than they did",
}
FIGURES = ("roc_auc", "log_loss", "calibration_slope", "top_decile_lift", "profit_per_1000_offer_rule")
"""Shown in this order, by their names in metrics.json."""


def drift(reading: Any) -> list[str]:
    """Tell whether the newest batch drifted, what that looks like, and which columns moved."""
    if not isinstance(reading, Mapping):
        return ["Drift: unknown, for there is no reading of it."]
    kind = CAUSES.get(str(reading.get("kind")))
    head = f"Drift: {safe(reading.get('summary', 'unknown'))}." + (f" It looks like {kind}." if kind else "")
    moved = [one for one in reading.get("columns", []) if one.get("moved")]
    rows = [(one.get("column"), one.get("words"), f"{one.get('weight') or 0:.0%}") for one in moved]
    return [head, table(("column", "what happened", "share of what is known about churn"), rows)] if rows else [head]


def validation(told: Any) -> list[str]:
    """Tell how many rows there were, and which checks they failed."""
    if not isinstance(told, Mapping):
        return ["Validation: unknown, for there is no report of it."]
    checks = told.get("checks", [])
    failed = [one for one in checks if not one.get("passed")]
    said = "passed" if told.get("passed") is True else "failed"
    head = f"{int(told.get('rows', 0)):,} rows; validation {said}: {len(failed)} of {len(checks)} checks failed."
    lines = [f"- {safe(one.get('words'))}" for one in failed]
    return ["\n".join([head, "", *lines]) if lines else head]


def metrics(told: Any) -> list[str]:
    """Tell the figures that matter, with their intervals."""
    if not isinstance(told, Mapping):
        return ["Unknown, for there are no figures."]
    found = [(name, told[name]) for name in FIGURES if isinstance(told.get(name), Mapping)]
    rows = [
        (name, _figure(one.get("value")), f"{_figure(one.get('low'))} to {_figure(one.get('high'))}")
        for name, one in found
    ]
    return [table(("figure", "value", "95 % interval"), rows), f"On {int(told.get('rows', 0)):,} rows."]


def _figure(value: Any) -> str:
    return f"{value:,.5g}" if isinstance(value, int | float) else "unknown"
