"""The curves behind the metrics, thinned and rounded, as tables that a plot can read."""

import numpy as np
import pandas as pd
from sklearn import metrics

from churn import contract
from churn.campaign import offer_value
from churn.steps.evaluate import formulas
from churn.steps.evaluate.metrics import cells
from churn.steps.evaluate.rates import wilson
from churn.steps.evaluate.scored import Groups, Numbers, Scored, grades, total
from churn.steps.evaluate.undefined import undefined

POINTS = 200
LINES = 10_000
HEADERS = {
    "roc": ["fpr", "tpr"],
    "pr": ["recall", "precision"],
    "calibration": ["predicted", "observed", "low", "high", "rows"],
    "gains": ["share_contacted", "share_of_churners", "lift"],
    "confusion": ["actual", "predicted"],
    "profit": ["threshold", "profit_per_1000", "share_offered"],
}


def curves(judged: Scored, bins: int) -> dict[str, pd.DataFrame]:
    """Draw every curve; one that these customers cannot give has its header and no row."""
    missing = undefined(judged, ["roc_auc", "brier"])
    drawn: dict[str, pd.DataFrame] = {}
    if "roc_auc" not in missing:
        drawn |= {"roc": _roc(judged), "pr": _pr(judged), "gains": _gains(judged)}
    if "brier" not in missing:
        drawn |= {
            "calibration": _calibration(judged, bins),
            "confusion": _confusion(judged),
            "profit": profit_curve(judged),
        }
    return {name: drawn.get(name, pd.DataFrame(columns=header)).round(6) for name, header in HEADERS.items()}


def confusion_counts(judged: Scored) -> Groups:
    """Count the customers: rows stayed and left, columns without and with an offer above the threshold."""
    flagged = (judged.churn > judged.threshold).astype(int)
    return np.asarray(metrics.confusion_matrix(judged.outcome.astype(int), flagged, labels=[0, 1]))


def _roc(judged: Scored) -> pd.DataFrame:
    known = (judged.outcome, judged.churn)
    fpr, tpr, _ = metrics.roc_curve(*known, sample_weight=judged.weight, drop_intermediate=False)
    return _thinned("roc", fpr, tpr)


def _pr(judged: Scored) -> pd.DataFrame:
    precision, recall, _ = metrics.precision_recall_curve(judged.outcome, judged.churn, sample_weight=judged.weight)
    return _thinned("pr", recall[::-1], precision[::-1])


def _gains(judged: Scored) -> pd.DataFrame:
    contacted, found = formulas.gains(*cells(judged)[1:])
    share = np.linspace(0, 1, POINTS + 1)[1:]
    reached = np.interp(share, contacted[0], found[0])
    return _table("gains", share, reached, reached / share)


def _calibration(judged: Scored, bins: int) -> pd.DataFrame:
    """Give the Wilson interval of each bin's churn rate; weights shrink its count to the effective one."""
    grade = grades(judged.churn, bins)
    heavy, count = total(grade, judged.weight), np.bincount(grade)
    effective = heavy**2 / total(grade, judged.weight**2)
    predicted = total(grade, judged.weight * judged.churn) / heavy
    observed = total(grade, judged.weight * judged.outcome) / heavy
    return _table("calibration", predicted, observed, *wilson(observed, effective), count)


def _confusion(judged: Scored) -> pd.DataFrame:
    """Give a line a customer, as DVC's template counts them; of more than LINES customers a sample in proportion."""
    names = np.array([contract.NEGATIVE, contract.POSITIVE])
    counts = confusion_counts(judged)
    lines = np.rint(counts * min(1, LINES / counts.sum())).astype(int).ravel()
    return _table("confusion", np.repeat(np.repeat(names, 2), lines), np.repeat(np.tile(names, 2), lines))


def profit_curve(judged: Scored) -> pd.DataFrame:
    """Give what a threshold earns per 1,000 customers, and whom it asks, at even steps."""
    order = np.argsort(judged.churn, kind="stable")
    worth = offer_value(judged.outcome, judged.monthly, judged.campaign)
    heavy = judged.weight[order]
    threshold = np.linspace(0, 1, POINTS + 1)
    below = np.searchsorted(judged.churn[order], threshold, side="right")
    earned, offered = (_above(values, below) / heavy.sum() for values in (heavy * worth[order], heavy))
    return _table("profit", threshold, earned * 1000, offered)


def _above(values: Numbers, below: Groups) -> Numbers:
    upto = np.append(0.0, np.cumsum(values))
    return np.asarray(upto[-1] - upto[below])


def _thinned(name: str, *values: Numbers) -> pd.DataFrame:
    kept = np.unique(np.linspace(0, len(values[0]) - 1, POINTS).round().astype(int))
    return _table(name, *(column[kept] for column in values))


def _table(name: str, *values: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(dict(zip(HEADERS[name], values, strict=True)))
