"""A fitted model as plain data, so that whoever scores can also explain, without scikit-learn."""

import base64
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline

from churn import columns

DIGITS = 10
"""The noise of other machines' arithmetic stays out of the bytes."""


def explain(fitted: Pipeline, rows: pd.DataFrame) -> dict[str, Any]:
    """Spell a model: a scorecard as the terms of its sum, trees as their nodes; `usual` holds each number's median."""
    usual = {name: _short(rows[name].median()) for name in columns.names("number")}
    return {"usual": usual} | (_additive(fitted, rows) if hasattr(fitted[-1], "coef_") else _trees(fitted))


def _additive(fitted: Pipeline, rows: pd.DataFrame) -> dict[str, Any]:
    """Spell the log-odds as a sum over columns.

    A number x adds weight * (x - mean) / scale, and for a curved one the same of log(1 + x) besides; a category adds
    the weight of its value, nothing if training never saw it. `baseline` is what each column adds on average over the
    training rows.
    """
    terms: dict[str, dict[str, Any]] = {column.name: {} for column in columns.columns()}
    weights = iter(np.ravel(fitted[-1].coef_))
    for name, values in _codes(fitted[0]).items():
        terms[name]["weights"] = {value: _short(next(weights)) for value in values}
    for kind, (names, scaler) in _scalers(fitted[0]).items():
        for name, mean, scale in zip(names, scaler.mean_, scaler.scale_, strict=True):
            terms[name][kind] = {"weight": _short(next(weights)), "mean": _short(mean), "scale": _short(scale)}
    return {
        "kind": "additive",
        "link": "logit",
        "unit": "log-odds",
        "intercept": _short(np.ravel(fitted[-1].intercept_)[0]),
        "terms": terms,
        "baseline": {name: round(float(_added(term, rows[name]).mean()), DIGITS) for name, term in terms.items()},
    }


def _added(term: dict[str, Any], cells: pd.Series) -> NDArray[np.float64]:
    if "weights" in term:
        return np.array([term["weights"].get(cell, 0.0) for cell in cells], float)
    numbers = cells.to_numpy(float)
    readings = {"straight": numbers, "log1p": np.log1p(numbers)}
    parts = [
        one["weight"] * (readings[kind] - one["mean"]) / one["scale"] for kind, one in term.items() if kind in readings
    ]
    return np.asarray(np.sum(parts, axis=0), float)


def _codes(features: ColumnTransformer) -> dict[str, list[str]]:
    """List the values that each category was coded by, in the order of the codes."""
    for label, encoder, names in features.transformers_:
        if label == "category" and names:
            return {name: [str(one) for one in seen] for name, seen in zip(names, encoder.categories_, strict=True)}
    return {}


def _scalers(features: ColumnTransformer) -> dict[str, tuple[list[str], Any]]:
    parts = {label: (names, step) for label, step, names in features.transformers_ if names}
    found = {"straight": parts["number"]} if "number" in parts else {}
    if "curve" in parts:
        names, curve = parts["curve"]
        found["log1p"] = (names, curve[-1])
    return found


def _trees(fitted: Pipeline) -> dict[str, Any]:
    """Spell trees as arrays over all nodes, one tree after another, little-endian in base64.

    `left` and `right` count from the tree's own root, right is -1 in a leaf. `number` is the threshold where a node
    splits (float32 cells at or below it go left) and the value where it is a leaf; `cover` is the weight of the
    training rows that came by. The sum over trees plus `base` is in `unit`.
    """
    codes = [(name, value) for name, values in _codes(fitted[0]).items() for value in values]
    numbers = [(name, None) for name in columns.names("number", "flag")]
    boosted = hasattr(fitted[-1], "init_")
    grown = [tree.tree_ for tree in np.ravel(fitted[-1].estimators_)]
    factor = fitted[-1].learning_rate if boosted else 1 / len(grown)
    return {
        "kind": "trees",
        "link": "logit" if boosted else "identity",
        "unit": "log-odds" if boosted else "probability",
        "base": _short(_log_odds(fitted[-1].init_.class_prior_[1])) if boosted else 0.0,
        "features": [{"column": name, "value": value} for name, value in codes + numbers],
        "sizes": [tree.node_count for tree in grown],
        "left": _packed([tree.children_left for tree in grown], "<i4"),
        "right": _packed([tree.children_right for tree in grown], "<i4"),
        "feature": _packed([tree.feature for tree in grown], "<i2"),
        "number": _packed([_numbers(tree, factor, boosted) for tree in grown], "<f8"),
        "cover": _packed([tree.weighted_n_node_samples for tree in grown], "<f4"),
    }


def _numbers(tree: Any, factor: float, boosted: bool) -> NDArray[np.float64]:
    values = tree.value[:, 0, 0] if boosted else tree.value[:, 0, 1] / tree.value[:, 0].sum(axis=1)
    rounded = np.array([_short(value * factor) for value in values])
    return np.where(tree.children_right < 0, rounded, tree.threshold)


def _log_odds(share: float) -> float:
    return float(np.log(share) - np.log1p(-share))


def _packed(parts: list[NDArray[Any]], kind: str) -> str:
    return base64.b64encode(np.concatenate(parts).astype(kind).tobytes()).decode()


def _short(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")
