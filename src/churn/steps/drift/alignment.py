"""What still differs once one column has the reference's shares again."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import wasserstein_distance

from churn.columns import Column
from churn.params.drift import Drift
from churn.steps.drift.distances import LEAST_SPREAD, hellinger, jensen_shannon
from churn.steps.drift.pair import Pair
from churn.steps.drift.weights import grouped


def explained(
    sides: Pair, lead: Column, movers: list[Column], thresholds: Mapping[str, float], drift: Drift
) -> list[str]:
    """List the other movers that stay below their thresholds once the shares of `lead` are the reference's."""
    weights = _aligned(sides, lead)
    rows, effective = len(weights), weights.sum() ** 2 / (weights**2).sum()
    looser = np.sqrt((1 / len(sides.reference) + 1 / effective) / (1 / len(sides.reference) + 1 / rows))
    others = [column for column in movers if column.name != lead.name]
    return [
        column.name for column in others if _distance(sides, column, weights, drift) < thresholds[column.name] * looser
    ]


def _aligned(sides: Pair, lead: Column) -> NDArray[np.float64]:
    """Weigh the batch's rows so that the groups of `lead` have the reference's shares; unseen ones weigh nothing."""
    before, after = (
        grouped(sides.reference[lead.name], side[lead.name], lead) for side in (sides.reference, sides.batch)
    )
    size = int(before.max()) + 1
    old, new = (np.bincount(codes[codes >= 0], minlength=size) for codes in (before, after))
    ratio = old / len(before) / np.maximum(new / len(after), 1e-12) * (new > 0)
    return np.where(after >= 0, ratio[after], 0.0)


def _distance(sides: Pair, column: Column, weights: NDArray[np.float64], drift: Drift) -> float:
    before, after = sides.reference[column.name], sides.batch[column.name]
    old, new = before.notna().to_numpy(), after.notna().to_numpy() & (weights > 0)
    if not new.any():
        return np.inf
    if column.kind == "number":
        spread = max(float(np.std(before[old])), LEAST_SPREAD)
        return float(wasserstein_distance(before[old], after[new], v_weights=weights[new])) / spread
    shares = pd.DataFrame(
        {
            "old": before[old].value_counts(normalize=True),
            "new": pd.Series(weights[new]).groupby(after[new].array).sum(),
        }
    ).fillna(0.0)
    was, now = shares["old"].to_numpy(), (shares["new"] / shares["new"].sum()).to_numpy()
    return float((hellinger if drift.category.method == "hellinger" else jensen_shannon)(was, now))
