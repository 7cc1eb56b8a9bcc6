"""The whole look at the training rows, as it stands in eda.json; every figure of the page comes from here."""

from typing import Any

import numpy as np
import pandas as pd

from churn import columns, contract, table
from churn.columns import Column
from churn.errors import TableError
from churn.params.campaign import Campaign
from churn.steps.explore import association, identities, oddities, spread
from churn.steps.explore.groups import Groups, Outcome, cells, group, outcome, rate
from churn.steps.explore.limits import limits


def explore(rows: pd.DataFrame, campaign: Campaign) -> dict[str, Any]:
    """Count everything, on every row; what cannot be told is None, with a reason where it is not plain.

    Raises TableError when the table holds none of the contract's columns.
    """
    if not set(columns.names()) & set(rows):
        raise TableError("the training rows have none of the contract's columns; run `dvc repro prepare`")
    left, known = outcome(rows), columns.columns()
    found = {column.name: cells(rows, column) for column in known}
    grouped = {column.name: group(column, found[column.name], left) for column in known}
    numbers = {name: found[name] for name in columns.names("number")}
    values = {name: grouped[name] for name in columns.names("category", "flag")}
    told = _whole(rows, left) | {
        "columns": [_column(column, found[column.name], grouped[column.name], left) for column in known],
        "absent": [column.name for column in known if column.name not in rows],
        "spearman": association.spearman(numbers),
        "cramers_v": association.cramers_v(values),
        "identities": {"numbers": identities.of_numbers(numbers), "values": identities.of_values(values)},
        "blanks": oddities.blanks(found, left),
        "rules": oddities.rules(rows),
        "twice": oddities.twice(found, left),
    }
    return told | {"limits": limits(told, campaign.horizon_days)}


def _whole(rows: pd.DataFrame, left: Outcome) -> dict[str, Any]:
    known = np.isfinite(left)
    return {
        "data": table.digest(rows),
        "contract": columns.digest(),
        "rows": len(rows),
        "known": int(known.sum()),
        "churned": int((left == 1).sum()),
        "churn_rate": rate(float((left == 1).sum()), int(known.sum())),
        "target": contract.TARGET,
        "days": oddities.snapshots(rows),
        "periods": int(rows["period"].nunique()) if "period" in rows else None,
    }


def _column(column: Column, found: pd.Series, groups: Groups, left: Outcome) -> dict[str, Any]:
    told = {
        "name": column.name,
        "title": column.title,
        "kind": column.kind,
        "description": column.description,
        **oddities.faults(column, found),
        "information": association.information(groups, len(columns.columns())),
        "groups": groups.lines(),
    }
    if column.kind != "number":
        return told
    return told | {
        "spread": spread.describe(found),
        "histogram": spread.histogram(found, left),
        "outliers": spread.outliers(found),
    }
