"""Every family over the same folds, so that their differences are paired."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import sklearn
from joblib import parallel_config
from numpy.typing import NDArray
from sklearn.metrics import log_loss, make_scorer, roc_auc_score
from sklearn.model_selection import GridSearchCV, RepeatedStratifiedKFold
from sklearn.pipeline import Pipeline

from churn import columns, table
from churn.errors import ParamsError
from churn.params.train import Train
from churn.steps.train import families

METRICS = ("log_loss", "roc_auc")


@dataclass(frozen=True)
class Candidate:
    """The best grid point of a family, refitted on all training rows.

    `folds` holds, for each metric, its values over the held-out folds, shape (folds x repeats,).
    """

    family: str
    params: dict[str, Any]
    fitted: Pipeline
    folds: dict[str, NDArray[np.float64]]
    grid: list[dict[str, Any]]

    @property
    def words(self) -> str:
        """Say how the candidate did."""
        spelt = ", ".join(f"{name}={value}" for name, value in self.params.items())
        loss, auc = self.folds["log_loss"].mean(), self.folds["roc_auc"].mean()
        return f"{self.family:<10} log loss {loss:.4f}  ROC-AUC {auc:.4f}  {spelt}"


def compare(rows: pd.DataFrame, params: Train) -> Iterator[Candidate]:
    """Search each family's grid by weighted log loss over repeated stratified folds, simplest family first."""
    folds = RepeatedStratifiedKFold(n_splits=params.folds, n_repeats=params.repeats, random_state=params.seed)
    for family in families.in_order(params.candidates):
        with sklearn.config_context(enable_metadata_routing=True), parallel_config("loky", inner_max_num_threads=1):
            yield _search(family, rows, folds, params)


def _search(family: str, rows: pd.DataFrame, folds: RepeatedStratifiedKFold, params: Train) -> Candidate:
    search = GridSearchCV(
        families.pipeline(family, params.seed),
        {f"classifier__{name}": values for name, values in params.candidates[family].items()},
        scoring=_scoring(),
        refit="log_loss",
        cv=folds,
        n_jobs=params.jobs,
        error_score="raise",
    )
    try:
        search.fit(rows[columns.names()], table.outcome(rows), sample_weight=rows["weight"].to_numpy())
    except (ValueError, TypeError) as fault:
        raise ParamsError(f"params.yaml: train.candidates.{family}: {str(fault).splitlines()[0]}") from fault
    return Candidate(family, _plain(search.best_params_), search.best_estimator_, _folds(search), _grid(search))


def _scoring() -> dict[str, Any]:
    losses = make_scorer(log_loss, greater_is_better=False, response_method="predict_proba")
    ranking = make_scorer(roc_auc_score, response_method="predict_proba")
    return {
        "log_loss": losses.set_score_request(sample_weight=True),
        "roc_auc": ranking.set_score_request(sample_weight=True),
    }


def _folds(search: GridSearchCV) -> dict[str, NDArray[np.float64]]:
    sign = {"log_loss": -1, "roc_auc": 1}
    at, splits = search.best_index_, range(search.n_splits_)
    return {
        metric: sign[metric] * np.array([search.cv_results_[f"split{i}_test_{metric}"][at] for i in splits])
        for metric in METRICS
    }


def _grid(search: GridSearchCV) -> list[dict[str, Any]]:
    losses = -search.cv_results_["mean_test_log_loss"]
    pairs = zip(search.cv_results_["params"], losses, strict=True)
    return [{"params": _plain(point), "log_loss": round(float(loss), 10)} for point, loss in pairs]


def _plain(point: dict[str, Any]) -> dict[str, Any]:
    return {name.removeprefix("classifier__"): value for name, value in point.items()}
