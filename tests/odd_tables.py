"""Prepared tables as nobody expects them."""

import numpy as np
import pandas as pd

from churn import columns, contract, table
from customers import invent


def odd(rows: int = 300) -> dict[str, pd.DataFrame]:
    """Make tables that no stage before would let through, and some that it would."""
    typed = table.typed(invent(rows)).reset_index(drop=True)
    empty = typed.copy()
    empty[columns.names("number", "flag")] = np.nan
    empty[columns.names("category")] = pd.NA
    return {
        "no row": typed.head(0),
        "one row": typed.head(1),
        "three rows": typed.head(3),
        "one class": typed[typed[contract.TARGET] == contract.NEGATIVE],
        "all constant": pd.concat([typed.head(1)] * 50, ignore_index=True),
        "all missing": empty,
        "no outcome": typed.drop(columns=contract.TARGET),
        "outcome unknown": typed.assign(**{contract.TARGET: "perhaps"}),
        "columns absent": typed.drop(columns=["tenure", "Contract"]),
        "a new category in every row": typed.assign(Contract=[f"kind {number}" for number in range(rows)]),
        "endless numbers": typed.assign(MonthlyCharges=np.inf, TotalCharges=1e300 * np.arange(rows)),
        "tiny numbers": typed.assign(MonthlyCharges=5e-324),
        "text for numbers": typed.assign(MonthlyCharges="abc", SeniorCitizen="yes"),
        "another index": typed.sample(frac=0.5, random_state=0),
        "categories of pandas": typed.astype({"Contract": "category"}),
    }
