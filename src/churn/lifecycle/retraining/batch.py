"""Batches as the pipeline reads them: the raw table's columns, in files named by day."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from churn import columns, contract, table
from churn.errors import RetrainingError
from churn.lifecycle.retraining.contamination import Learnable
from churn.lifecycle.retraining.windows import Window
from churn.stores.ledger.columnar import Row
from churn.stores.ledger.queries.cohort import Member

ORIGINS = {"production": "ledger", "simulated": "simulated"}
"""What a batch's name says of where it comes from."""


def named(folder: Path, window: Window, purpose: str) -> Path:
    """Name the file of a window's batch."""
    return folder / f"{window.last_day.isoformat()}-{ORIGINS[purpose]}.csv"


def labelled(found: Learnable, rows: Sequence[tuple[Member, Row]], window: Window) -> pd.DataFrame:
    """Spell the labelled batch. Raises RetrainingError where all have the same outcome: nothing is to be learnt."""
    weights = dict(zip(found.members, found.weights, strict=True))
    labels = [contract.POSITIVE if one.churned else contract.NEGATIVE for one, _ in rows]
    if len(set(labels)) < len({contract.POSITIVE, contract.NEGATIVE}):
        raise RetrainingError(
            f"the window up to {window.last_day}: all {len(labels):,} known outcomes are the same; "
            "nothing can be learnt from them, and probably they are wrong"
        )
    spelt = unlabelled(rows).assign(**{contract.TARGET: labels, "observed_at": window.last_day.isoformat()})
    if found.called:
        spelt[columns.SAMPLING_WEIGHT] = [f"{weights[one]:.6g}" for one, _ in rows]
    return spelt


def unlabelled(rows: Sequence[tuple[Member, Row]]) -> pd.DataFrame:
    """Spell customers as they were scored, without outcomes."""
    names = table.expected(target=False)
    cells = [["" if row.get(name) is None else row[name] for name in names] for _, row in rows]
    return pd.DataFrame(cells, columns=names, dtype=object)
