"""What each column does to the probability, over all customers: what goes wrong without it, and which way it pulls."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from churn import columns
from churn.columns import Column
from churn.params.evaluate import Evaluate
from churn.steps.evaluate.intervals import DIGITS
from churn.steps.evaluate.odds import odds
from churn.steps.evaluate.rates import mean
from churn.steps.evaluate.scored import Numbers, Scored
from churn.steps.evaluate.undefined import unusable

Predict = Callable[[pd.DataFrame], Numbers]

MOST, REPEATS = 5000, 5
"""Customers asked at most (drawn where there are more), and shuffles of a column."""
TENTHS = np.linspace(0, 1, 11)


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
    asked, outcome = rows.iloc[chosen].reset_index(drop=True), judged.outcome[chosen]
    told = [
        _effect(column, asked, outcome, predict, explanation or {}, rng, knobs.min_group)
        for column in columns.columns()
        if column.name in asked
    ]
    return sorted(told, key=lambda one: -one["importance"]["value"])


def _effect(
    column: Column, asked: pd.DataFrame, outcome: Numbers, predict: Predict, explanation: dict[str, Any],
    rng: np.random.Generator, least: int,
) -> dict[str, Any]:  # fmt: skip
    before, cells = _loss(outcome, predict(asked)), asked[column.name].to_numpy()
    after = [_loss(outcome, predict(asked.assign(**{column.name: rng.permutation(cells)}))) for _ in range(REPEATS)]
    points = list(_points(column, asked, predict, explanation))
    probabilities = [one["probability"] for one in points]
    return {
        "column": column.name,
        "title": column.title,
        "kind": column.kind,
        "importance": mean(np.mean(after, axis=0) - before, least).plain(),
        "reach": round(max(probabilities, default=0.0) - min(probabilities, default=0.0), DIGITS),
        "points": points,
    }


def _points(
    column: Column, asked: pd.DataFrame, predict: Predict, explanation: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    for value in _values(column, asked):
        probability = round(float(predict(asked.assign(**{column.name: value})).mean()), DIGITS)
        yield {"value": value, "probability": probability, "odds": odds(explanation, column.name, value)}


def _values(column: Column, asked: pd.DataFrame) -> list[Any]:
    """Give the values that customers really hold: all of a category, the tenths of a number."""
    cells = asked[column.name].dropna()
    if column.kind != "number":
        return [value for value in column.allowed if (cells == value).any()]
    return [round(float(value), DIGITS) for value in np.unique(np.quantile(cells, TENTHS))] if len(cells) else []


def _loss(outcome: Numbers, churn: Numbers) -> Numbers:
    sure = np.where(outcome == 1, churn, 1 - churn)
    return np.asarray(-np.log(np.clip(sure, np.finfo(float).eps, 1)))
