"""What makes a batch, a column or its outcomes impossible to judge, in words."""

import pandas as pd

from churn import contract
from churn.columns import Column
from churn.params.drift import Drift

FEWEST = 20
"""Fewer customers of either outcome tell nothing about a rate."""


def shortage(reference: pd.DataFrame, batch: pd.DataFrame, compared: pd.DataFrame, drift: Drift) -> str:
    """Say what keeps every column from being judged, or nothing; `compared` are the batch's comparable cells."""
    for side, rows in (("reference", len(reference)), ("batch", len(batch))):
        if rows < drift.min_rows:
            return f"the {side} has {rows:,} row(s), too few to judge (drift.min_rows is {drift.min_rows:,})"
    if alone := unlabelled(reference, fewest=1):
        return f"of the reference, {alone}: nobody can tell which columns say something about churn"
    if len(compared.columns) and all(cells.nunique(dropna=False) == 1 for _, cells in compared.items()):
        return "every row of the batch is the same: that is no batch of customers"
    return ""


def unfit(before: pd.Series, after: pd.Series, column: Column, drift: Drift) -> str:
    """Say why the cells of a column that both sides have cannot be compared, or nothing."""
    for side, cells in (("reference", before), ("batch", after)):
        missing = cells.isna().mean()
        if missing > drift.max_missing:
            kind = "number" if column.kind != "category" else "text"
            return f"{missing:.0%} of the {side}'s cells hold no {kind} (drift.max_missing is {drift.max_missing:.0%})"
    if column.kind != "number" and not set(after.dropna().unique()) & set(before.unique()):
        return f"none of its values was ever seen before, for example {after.dropna().iloc[0][:60]!r}"
    return ""


def unlabelled(rows: pd.DataFrame, fewest: int = FEWEST) -> str:
    """Say why nothing can be told of how often these rows churned, or nothing."""
    if contract.TARGET not in rows:
        return "it holds no outcomes"
    told = rows[contract.TARGET].astype("str").fillna("").str.strip()
    if told.eq("").all():
        return "its outcomes are blank"
    counted = {label: int(told.eq(label).sum()) for label in (contract.NEGATIVE, contract.POSITIVE)}
    if other := len(told) - sum(counted.values()):
        return f"{other:,} of its outcomes are neither {contract.NEGATIVE} nor {contract.POSITIVE}"
    few = " and ".join(f"{count:,} {label}" for label, count in counted.items())
    return f"its outcomes are {few}" if min(counted.values()) < fewest else ""


def mislabelled(reference: pd.DataFrame, batch: pd.DataFrame) -> bool:
    """Tell whether outcomes were given that no batch of customers has: a fault of the labels, or a picked batch.

    Some are neither outcome, all are the same, or fewer than FEWEST are of one although twice as many were due.
    """
    if not unlabelled(batch) or contract.TARGET not in batch:
        return False
    told = batch[contract.TARGET].astype("str").fillna("").str.strip()
    if told.eq("").all():
        return False
    labels = [contract.NEGATIVE, contract.POSITIVE]
    usual = reference[contract.TARGET].value_counts(normalize=True).reindex(labels, fill_value=0.0).min()
    return not told.isin(labels).all() or told.nunique() == 1 or len(told) * usual >= 2 * FEWEST
