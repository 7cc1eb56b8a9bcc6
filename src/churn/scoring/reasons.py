"""Why a customer's risk differs from the average customer's, in words that can be said aloud."""

import re
from collections.abc import Mapping
from typing import Any

from churn.columns import Column, columns

TINY = {"log-odds": 0.05, "probability": 0.01}
"""A smaller effect, by its unit, is not worth saying."""
YES, NO = {"yes", "1"}, {"no", "0"}

Reason = dict[str, Any]


def reasons(
    customer: Mapping[str, Any], contributions: Mapping[str, float], usual: Mapping[str, float], unit: str
) -> list[Reason]:
    """Put each contribution into words, strongest first.

    Columns that say the same (no internet service, seven times) are one reason with the sum of their effects, under the
    first of them. `usual` is the median of each number over the training rows.
    """
    said: dict[str, tuple[Column, str, float]] = {}
    for column in columns():
        words, kind = _words(column, customer[column.name], usual.get(column.name))
        first, spelt, effect = said.get(words, (column, kind, 0.0))
        said[words] = first, spelt, effect + contributions[column.name]
    found = [
        _reason(column, customer[column.name], words, kind, effect, unit)
        for words, (column, kind, effect) in said.items()
        if abs(effect) >= TINY[unit]
    ]
    return sorted(found, key=lambda reason: -abs(reason["effect"]))


def _reason(column: Column, value: Any, words: str, kind: str, effect: float, unit: str) -> Reason:
    direction = "raises" if effect > 0 else "lowers"
    return {
        "code": f"{column.name}.{kind}.{direction}",
        "column": column.name,
        "value": value,
        "effect": effect,
        "unit": unit,
        "direction": direction,
        "text": f"{words}: {direction} the risk",
    }


def _words(column: Column, value: Any, usual: float | None) -> tuple[str, str]:
    """Say what is so, and give the part of the code that stands for it."""
    title = column.title[:1].upper() + column.title[1:].replace("_", " ")
    if column.kind == "number":
        side = _side(float(value), usual)
        return f"{title} at {_spelt(value)}, {side}", side.partition(" ")[0]
    kind = re.sub(r"\W+", "-", str(value).lower()).strip("-")
    allowed = {str(one).lower() for one in column.allowed}
    if kind in YES and allowed & NO:
        return title, kind
    if kind in NO:
        return f"No {title[:1].lower()}{title[1:]}", kind
    if allowed & YES and allowed & NO:
        return str(value), kind
    return f"{title} is {value}", kind


def _side(value: float, usual: float | None) -> str:
    if usual is None or value == usual:
        return "as usual"
    return "lower than usual" if value < usual else "higher than usual"


def _spelt(value: float) -> str:
    return f"{value:,.2f}".removesuffix(".00")
