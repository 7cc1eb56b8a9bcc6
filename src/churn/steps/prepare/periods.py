"""When a row was observed, and what it weighs for that."""

import pandas as pd

from churn.params.prepare import Prepare
from churn.table import sampling_weights

FREQUENCY = {"week": "W", "month": "M", "quarter": "Q"}


def number_periods(table: pd.DataFrame, prepare: Prepare) -> pd.DataFrame:
    """Add `period`: 0 for the base table, then 1 for the first week, month or quarter of the dated rows, and so on."""
    dated = table["observed_at"].ne("")
    periods = pd.PeriodIndex(table.loc[dated, "observed_at"], freq=FREQUENCY[prepare.period])
    numbered = table.assign(period=0)
    if dated.any():
        numbered.loc[dated, "period"] = periods.astype("int64") - periods.min().ordinal + 1
    return numbered


def weigh(table: pd.DataFrame, prepare: Prepare) -> pd.DataFrame:
    """Add `weight`: 1 for the newest period, half of it every `half_life` periods back; the mean is not rescaled.

    Times the customers that a row stands for.
    """
    age = table["period"].max() - table["period"]
    weight = 0.5 ** (age / prepare.half_life) if prepare.half_life else age * 0.0 + 1.0
    return table.assign(weight=weight.astype("float64") * sampling_weights(table))


def in_window(table: pd.DataFrame, prepare: Prepare) -> pd.Series:
    """Tell which rows belong to the newest `window` periods."""
    if prepare.window is None:
        return pd.Series(True, index=table.index)
    return table["period"].gt(table["period"].max() - prepare.window)
