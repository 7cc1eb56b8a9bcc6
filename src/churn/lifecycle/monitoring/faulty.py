"""Rules of the contract that so many customers break as only a fault of the data can."""

import numpy as np
import pandas as pd

from churn import contract


def faulty(batch: pd.DataFrame, reference: pd.DataFrame) -> list[str]:
    """Name each rule that more rows break than the contract bears, beyond those of the reference."""
    found = [
        (rule, _share(rule.broken(batch), batch), _share(rule.broken(reference), reference)) for rule in contract.RULES
    ]
    return [
        f"{share:.0%} of rows break the rule {rule.name!r} ({rule.why})"
        for rule, share, usual in found
        if share > usual + rule.max_share
    ]


def _share(broken: object, rows: pd.DataFrame) -> float:
    return float(np.asarray(broken, dtype=bool).mean()) if len(rows) else 0.0
