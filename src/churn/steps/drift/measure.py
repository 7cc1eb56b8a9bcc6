"""Evidently's distances, its verdict a column, and its page."""

import html
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from churn.columns import Column
from churn.params.drift import Drift
from churn.steps.drift.pair import Pair

if TYPE_CHECKING:
    from evidently.core.report import Snapshot

DRAWN = 20


@dataclass(frozen=True)
class Measured:
    """A distance and a verdict for each column that could be compared, Evidently's page, or why there is none."""

    distances: dict[str, float] = field(default_factory=dict)
    moved: dict[str, bool] = field(default_factory=dict)
    page: str = ""
    fault: str = "no column of it can be judged"


def measure(sides: Pair, thresholds: Mapping[str, float], drift: Drift) -> Measured:
    """Let Evidently hold the two sides to our thresholds; what it cannot do is said in `fault`, never raised."""
    if not sides.columns:
        return Measured()
    try:
        with _quiet():
            return _read(_run(sides, thresholds, drift))
    except Exception as fault:  # noqa: BLE001  whatever stops the vendor makes the reading unknown, not the run fail
        return Measured(fault=f"Evidently could not compare the tables ({type(fault).__name__}: {fault})")


def method(column: Column, drift: Drift) -> str:
    """Give the distance that params name for this kind of column."""
    return drift.number.method if column.kind == "number" else drift.category.method


def _run(sides: Pair, thresholds: Mapping[str, float], drift: Drift) -> "Snapshot":
    from evidently import DataDefinition, Dataset, Report
    from evidently.metrics import ValueDrift

    definition = DataDefinition(
        numerical_columns=[column.name for column in sides.columns if column.kind == "number"],
        categorical_columns=[column.name for column in sides.columns if column.kind != "number"],
    )
    chosen = [(column.name, method(column, drift)) for column in sides.columns]
    metrics = [ValueDrift(column=name, method=named, threshold=thresholds[name]) for name, named in chosen]
    batch, reference = (Dataset.from_pandas(side, data_definition=definition) for side in _drawable(sides))
    return Report(metrics, include_tests=True).run(batch, reference)


def _read(snapshot: "Snapshot") -> Measured:
    content = snapshot.dict()
    distances = {metric["config"]["column"]: float(metric["value"]) for metric in content["metrics"]}
    failed = {test["metric_config"]["params"]["column"]: test["status"].value == "FAIL" for test in content["tests"]}
    finite = {name: value for name, value in distances.items() if np.isfinite(value)}
    page = snapshot.get_html_str(as_iframe=False)
    return Measured(finite, {name: failed[name] for name in finite}, page, "its values are too large to compare")


def _drawable(sides: Pair) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give batch and reference with their text escaped, since Evidently writes it into its page as it stands."""
    names = [column.name for column in sides.columns]
    folded = {name: _fold(sides.batch[name], sides.reference[name]) for name in names}
    batch = {name: _escape(cells) for name, cells in folded.items()}
    return pd.DataFrame(batch), pd.DataFrame({name: _escape(sides.reference[name]) for name in names})


def _fold(cells: pd.Series, known: pd.Series) -> pd.Series:
    """Draw all but the most frequent unseen texts as one: Evidently's time grows with the square of their number.

    Jensen-Shannon and Hellinger distances depend on their sum alone and stay the same.
    """
    if cells.dtype != "str" or len(set(cells.unique()) - set(known.unique())) <= DRAWN:
        return cells
    unseen = cells[~cells.isin(known)].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return cells.mask(cells.isin(unseen.index[DRAWN:]), "all other unseen values")


def _escape(cells: pd.Series) -> pd.Series:
    texts = [str(text) for text in cells.dropna().unique()] if cells.dtype == "str" else []
    return cells.replace({text: html.escape(text) for text in texts if html.escape(text) != text})


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence what evidently 0.7.23 says about its own use of NumPy and Litestar, and overflow in absurd numbers."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"(evidently|litestar)\.")
        yield
