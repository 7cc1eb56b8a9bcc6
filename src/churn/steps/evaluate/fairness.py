"""What the model's flags mean for groups of customers, and how far the groups lie apart."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from churn import columns, contract, table
from churn.params.evaluate import Evaluate
from churn.steps.evaluate.intervals import Interval
from churn.steps.evaluate.rates import difference, mean, portion, ratio
from churn.steps.evaluate.scored import Scored, earned
from churn.steps.evaluate.undefined import unusable
from churn.terms import Segment

COMPARED = ("churn_rate", "selection_rate", "recall", "false_positive_rate", "precision", "calibration_gap")


@dataclass(frozen=True)
class Group:
    """Customers who share a value or a band of a column, and their rates by name."""

    segment: str
    name: str
    rows: int
    mean_probability: float
    rates: dict[str, Interval]

    def plain(self) -> dict[str, Any]:
        """Give it as JSON holds it."""
        told = {"segment": self.segment, "group": self.name, "rows": self.rows}
        return told | {"mean_probability": self.mean_probability} | _plain(self.rates)


def groups(rows: pd.DataFrame, judged: Scored, knobs: Evaluate) -> tuple[dict[str, list[Group]], dict[str, str]]:
    """Measure the groups of the contract's segments at the threshold; say of a segment why it cannot be told.

    `rows` stand in the order of `judged`. A rate of fewer than `knobs.min_group` customers has no interval.
    """
    found: dict[str, list[Group]] = {}
    missing: dict[str, str] = {}
    for segment in contract.SEGMENTS:
        why = unusable(judged) or ("" if segment.column in rows else f"the table has no column {segment.column}")
        if why:
            missing[segment.column] = why
        else:
            found[segment.column] = _groups(rows, judged, segment, knobs.min_group)
    return found, missing


def fairness(found: dict[str, list[Group]]) -> list[dict[str, Any]]:
    """Compare every group with the largest of its segment: difference and ratio of each rate."""
    return [
        {"segment": segment, "group": one.name, "reference": largest.name, "measures": _compare(one, largest)}
        for segment, members in found.items()
        if members
        for largest in [max(members, key=lambda one: one.rows)]
        for one in members
        if one is not largest
    ]


def titles() -> dict[str, str]:
    """Name the segments as people read them."""
    named = {column.name: column.title for column in columns.columns()}
    return {segment.column: named[segment.column] for segment in contract.SEGMENTS}


def _groups(rows: pd.DataFrame, judged: Scored, segment: Segment, least: int) -> list[Group]:
    named = table.groups(rows, segment)
    parts = ((str(name), judged.where(np.asarray(named.eq(name), dtype=bool))) for name in named.cat.categories)
    return [_group(segment.column, name, part, least) for name, part in parts if len(part)]


def _group(segment: str, name: str, part: Scored, least: int) -> Group:
    left, flagged, weight = part.outcome == 1, part.churn > part.threshold, part.weight
    every = np.ones(len(part), bool)
    rates = {
        "churn_rate": portion(left, every, weight, least, "nobody is there"),
        "selection_rate": portion(flagged, every, weight, least, "nobody is there"),
        "recall": portion(flagged, left, weight, least, "nobody left"),
        "false_positive_rate": portion(flagged, ~left, weight, least, "nobody stayed"),
        "precision": portion(left, flagged, weight, least, "nobody is flagged"),
        "calibration_gap": mean(part.outcome - part.churn, least, weight),
        "profit_per_1000": mean(earned(part)["at_threshold"], least, weight),
    }
    return Group(segment, name, len(part), round(float(np.average(part.churn, weights=weight)), 6), rates)


def _compare(one: Group, other: Group) -> dict[str, Any]:
    pairs = {name: (one.rates[name], other.rates[name]) for name in COMPARED}
    return {
        name: {
            "difference": difference(*pair).plain(),
            "ratio": None if name == "calibration_gap" else ratio(*pair).plain(),
        }
        for name, pair in pairs.items()
    }


def _plain(rates: dict[str, Interval]) -> dict[str, Any]:
    return {name: rate.plain() for name, rate in rates.items()}
