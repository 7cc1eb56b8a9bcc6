"""What is odd about the rows: cells that are missing, blanks that stand for a value, customers told twice."""

from typing import Any

import numpy as np
import pandas as pd

from churn import contract
from churn.columns import Column
from churn.steps.explore.groups import Outcome, rate, rounded, spelt


def blanks(found: dict[str, pd.Series], left: Outcome) -> list[dict[str, Any]]:
    """Count the customers whose cell was blank in the raw table and stands for a value by the contract's word."""
    return [
        {"column": blank.column, "value": blank.value, "where": blank.where, "equals": blank.equals}
        | _counted(found[blank.where].eq(blank.equals) & found[blank.column].eq(blank.value), left)
        for blank in contract.BLANKS
    ]


def rules(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Count the rows that break each business rule of the contract; None where it cannot be asked."""
    return [{"rule": rule.name, "why": rule.why, "rows": _broken(rule.broken, rows)} for rule in contract.RULES]


def twice(found: dict[str, pd.Series], left: Outcome) -> dict[str, Any]:
    """Count equal rows, and feature vectors that occur with both outcomes.

    `ceiling` is the accuracy on these rows of one who knows every label but gives equal features one answer.
    """
    known = np.isfinite(left)
    if not known.any():
        return {"repeated": None, "same_features": None, "vectors": None, "rows": None, "ceiling": None}
    vector = pd.factorize(pd.util.hash_pandas_object(pd.DataFrame(found)[known], index=False))[0]
    gone = np.bincount(vector, left[known]).astype(np.int64)
    stayed = np.bincount(vector) - gone
    both = (gone > 0) & (stayed > 0)
    return {
        "repeated": int(np.maximum(gone - 1, 0).sum() + np.maximum(stayed - 1, 0).sum()),
        "same_features": int(known.sum() - len(gone)),
        "vectors": int(both.sum()),
        "rows": int((gone + stayed)[both].sum()),
        "ceiling": rounded(np.maximum(gone, stayed).sum() / known.sum()),
    }


def faults(column: Column, found: pd.Series) -> dict[str, int]:
    """Count a column's cells that are missing or break the contract's values and bounds."""
    there = found.dropna()
    if column.allowed:
        outside = ~there.isin([float(one) if column.kind == "flag" else one for one in column.allowed])
    else:
        outside = there.lt(-np.inf if column.low is None else column.low)
        outside |= there.gt(np.inf if column.high is None else column.high)
    return {"missing": len(found) - len(there), "outside": int(outside.sum()), "distinct": int(there.nunique())}


def _counted(chosen: pd.Series, left: Outcome) -> dict[str, Any]:
    told = left[chosen.to_numpy() & np.isfinite(left)]
    return {"rows": int(chosen.sum()), "churn_rate": rate(float(told.sum()), len(told))}


def _broken(broken: Any, rows: pd.DataFrame) -> int | None:
    try:
        return int(np.asarray(broken(rows), dtype=bool).sum())
    except (KeyError, TypeError, ValueError):  # the table lacks a column that the rule speaks of, or it holds text
        return None


def snapshots(rows: pd.DataFrame) -> list[str]:
    """List the days on which the rows were observed, as far as the table says."""
    if "observed_at" not in rows:
        return []
    return sorted({spelt(day) for day in rows["observed_at"].dropna().unique()} - {""})
