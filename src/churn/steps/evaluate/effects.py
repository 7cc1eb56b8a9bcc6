"""What each column does to the probability, over all customers: what goes wrong without it, and which way it pulls."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churn import columns
from churn.columns import Column
from churn.params.evaluate import Evaluate
from churn.steps.evaluate.intervals import DIGITS, Interval
from churn.steps.evaluate.odds import odds
from churn.steps.evaluate.rates import mean
from churn.steps.evaluate.scored import Numbers, Scored
from churn.steps.evaluate.undefined import unusable

Cells = dict[str, NDArray[Any]]
Predict = Callable[[Cells], Numbers]

MOST, REPEATS = 2000, 5
"""Customers asked at most (drawn where there are more), and shuffles of a column."""
TENTHS = np.linspace(0, 1, 11)


@dataclass(frozen=True)
class Asked:
    """Customers as arrays by column, what happened to them, and the model that is asked again and again."""

    cells: Cells
    outcome: Numbers
    predict: Predict

    def loss(self, **changes: NDArray[Any]) -> Numbers:
        """Give each customer's log loss, some columns changed."""
        churn = self.predict(self.cells | changes)
        sure = np.where(self.outcome == 1, churn, 1 - churn)
        return np.asarray(-np.log(np.clip(sure, np.finfo(float).eps, 1)))

    def probability(self, column: str, value: Any) -> float:
        """Give the mean probability if all customers held this value."""
        cells = self.cells[column]
        return round(float(self.predict(self.cells | {column: np.full(len(cells), value, cells.dtype)}).mean()), DIGITS)


def effects(
    rows: pd.DataFrame, judged: Scored, predict: Predict, explanation: dict[str, Any] | None, knobs: Evaluate
) -> list[dict[str, Any]]:
    """Tell every column's effect, the most important first; none where the outcomes cannot be used.

    `importance` is how much the log loss rises when the column is shuffled over the customers, `points` the mean
    probability when all customers hold that value (partial dependence), with what a scorecard multiplies the odds by.
    """
    if unusable(judged):
        return []
    rng = np.random.default_rng(knobs.seed)
    chosen = np.sort(rng.permutation(len(judged))[:MOST])
    known = [column for column in columns.columns() if column.name in rows]
    asked = Asked(_cells(rows.iloc[chosen], known), judged.outcome[chosen], predict)
    before, least = asked.loss(), knobs.min_group
    told = [
        _told(column, _importance(column, asked, before, rng, least), list(_points(column, asked, explanation or {})))
        for column in known
    ]
    return sorted(told, key=lambda one: -one["importance"]["value"])


def _cells(rows: pd.DataFrame, known: list[Column]) -> Cells:
    kinds: dict[str, Any] = {"category": object}
    return {column.name: rows[column.name].to_numpy(kinds.get(column.kind, float)) for column in known}


def _importance(column: Column, asked: Asked, before: Numbers, rng: np.random.Generator, least: int) -> Interval:
    cells = asked.cells[column.name]
    after = [asked.loss(**{column.name: rng.permutation(cells)}) for _ in range(REPEATS)]
    return mean(np.mean(after, axis=0) - before, least)


def _told(column: Column, importance: Interval, points: list[dict[str, Any]]) -> dict[str, Any]:
    reached = [one["probability"] for one in points]
    return {
        "column": column.name,
        "title": column.title,
        "kind": column.kind,
        "importance": importance.plain(),
        "reach": round(max(reached, default=0.0) - min(reached, default=0.0), DIGITS),
        "points": points,
    }


def _points(column: Column, asked: Asked, explanation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for value in _values(column, asked.cells[column.name]):
        probability = asked.probability(column.name, value)
        yield {"value": value, "probability": probability, "odds": odds(explanation, column.name, value)}


def _values(column: Column, cells: NDArray[Any]) -> list[Any]:
    """Give the values that customers really hold: all of a category, the tenths of a number."""
    if column.kind != "number":
        return [value for value in column.allowed if (cells == value).any()]
    return [round(float(value), DIGITS) for value in np.unique(np.nanquantile(cells, TENTHS))]
