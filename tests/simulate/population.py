"""A telecom population as large as wanted, whose true churn probabilities are known.

A customer is a row of the public table drawn whole, so that all columns go together as they really do; then tenure,
the bill and the total move a little, the total with the other two. The outcome is drawn from a boosted model of the
real outcomes with all the interactions it finds, shrunk until it is calibrated on folds that it had not seen. None of
the product's candidates has that form: whatever is claimed of them is claimed of models that are wrong, as all are.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from threadpoolctl import ThreadpoolController

from churn import columns, contract, table
from churn.params.ingest import Ingest
from churn.params.section import load
from churn.stores.raw_table import read_raw
from churn.stores.sources.fetch import fetch

ROOT = Path(__file__).parents[2]
RAW, FETCHED = ROOT / "data/raw/telco_churn_raw.csv", ROOT / ".churn/simulate/telco_churn_raw.csv"
SEED, FOLDS = 4, 10
MONTHS, BILL, DRIFT = 2, 0.5, 0.02
"""How far customers move from the row they were drawn from: tenure by up to so many months either way, the bill by
this standard deviation in dollars, the ratio of the total to tenure x bill by this one in logarithms."""

MOVED = ("tenure", "MonthlyCharges", "TotalCharges")

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Truth:
    """The outcome model: log odds = intercept + slope x those of the boosted trees."""

    trees: HistGradientBoostingClassifier
    intercept: float
    slope: float


def draw(rows: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw customers with their outcomes, as `churn.table.typed` gives them; the index runs from 0."""
    from_row = rng.integers(len(real()), size=rows)
    drawn = moved(real().iloc[from_row].reset_index(drop=True), rng)
    if contract.ID:
        drawn[contract.ID] = pd.array([f"{name:012x}" for name in rng.integers(2**48, size=rows).tolist()], dtype="str")
    cells = _real_cells()[from_row]
    for name in MOVED:
        cells[:, columns.names().index(name)] = drawn[name]
    left = rng.random(rows) < _chance(cells)
    drawn[contract.TARGET] = pd.array(np.where(left, contract.POSITIVE, contract.NEGATIVE), dtype="str")
    return drawn


def moved(drawn: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Move tenure, bill and total of real customers a little, so that nobody is drawn twice alike."""
    months, bill = drawn["tenure"].to_numpy(), drawn["MonthlyCharges"].to_numpy()
    total = drawn["TotalCharges"].to_numpy() / np.maximum(months * bill, 1)
    tenure = _months(months, rng)
    monthly = np.abs(bill + rng.normal(0, BILL, len(drawn))).round(2)
    wander = np.where(months > 1, np.exp(rng.normal(0, DRIFT, len(drawn))), 1.0)  # a first bill is the whole total
    billed = (total * wander * tenure * monthly).round(2)
    return drawn.assign(tenure=tenure, MonthlyCharges=monthly, TotalCharges=billed)


def probability(rows: pd.DataFrame) -> Numbers:
    """Give each customer's true probability of leaving, shape (n,); values outside the contract count as missing."""
    return _chance(_coded(rows))


@cache
def truth() -> Truth:
    """Fit the outcome model on the real table, once a process."""
    cells, outcome = _real_cells(), table.outcome(real())
    categories = [column.kind == "category" for column in columns.columns()]
    trees = HistGradientBoostingClassifier(
        max_iter=80, learning_rate=0.09, max_leaf_nodes=12, min_samples_leaf=30, l2_regularization=10,
        max_features=0.5, categorical_features=categories, early_stopping=False, random_state=SEED,
    )  # fmt: skip
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    with _one_thread().limit(limits=1, user_api="openmp"):
        unseen = cross_val_predict(trees, cells, outcome, cv=folds, method="decision_function")
        line = LogisticRegression(C=np.inf).fit(unseen[:, None], outcome)
        return Truth(trees.fit(cells, outcome), float(line.intercept_[0]), float(line.coef_[0, 0]))


@cache
def real() -> pd.DataFrame:
    """Read the public table, typed: the one stage ingest brought, or else one brought now."""
    path = next((path for path in (RAW, FETCHED) if path.exists()), None)
    if path is None:
        FETCHED.parent.mkdir(parents=True, exist_ok=True)
        fetch(load(Ingest, ROOT / "params.yaml"), path := FETCHED)
    return table.typed(read_raw(path)).reset_index(drop=True)


def _chance(cells: Numbers) -> Numbers:
    known = truth()
    with _one_thread().limit(limits=1, user_api="openmp"):
        odds = known.intercept + known.slope * known.trees.decision_function(cells)
    return np.asarray(1 / (1 + np.exp(-odds)))


@cache
def _one_thread() -> ThreadpoolController:
    """Hold the trees to one thread: on a busy machine several wait for one another more than they work."""
    return ThreadpoolController()


@cache
def _real_cells() -> Numbers:
    return _coded(real())


def _months(months: Numbers, rng: np.random.Generator) -> Numbers:
    """Move the months, but leave who has just joined and who is at the table's end in their crowds."""
    last = real()["tenure"].max()
    moved = np.clip(months + rng.integers(-MONTHS, MONTHS + 1, len(months)), 2, last - 1)
    return np.where((months > 1) & (months < last), moved, months)


def _coded(rows: pd.DataFrame) -> Numbers:
    """Number the categories by their place in the contract; shape (n, columns)."""
    coded = np.empty((len(rows), len(columns.columns())))
    for place, column in enumerate(columns.columns()):
        cells = rows[column.name]
        if column.kind == "category":
            codes = pd.Index(column.allowed).get_indexer(pd.Index(cells))
            coded[:, place] = np.where(codes < 0, np.nan, codes)
        else:
            coded[:, place] = cells
    return coded
