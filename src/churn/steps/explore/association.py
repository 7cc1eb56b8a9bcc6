"""How columns go together: with the outcome, numbers with numbers, categories with categories."""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2

from churn.steps.explore.groups import Groups, rounded

LEVEL = 0.95
Crossed = NDArray[np.float64]


def information(groups: Groups, columns: int) -> dict[str, Any]:
    """Measure what a column says of the outcome: mutual information in bits, and as a share of the outcome's entropy.

    What chance alone would give, (groups - 1) / (2 n ln 2), is taken off (Miller 1955). `told` says whether the G-test
    tells it from chance at 5 % over all `columns` (Bonferroni); None where one outcome or one group leaves no question.
    """
    crossed = np.array([groups.known - groups.left, groups.left], dtype=np.float64)
    crossed = crossed[:, crossed.sum(0) > 0]
    total, free = crossed.sum(), max(crossed.shape[1] - 1, 0)
    if (crossed.sum(1) == 0).any() or not free:
        reason = "all customers have the same outcome" if (crossed.sum(1) == 0).any() else "the column has one value"
        return {"bits": None, "share": None, "told": None, "reason": reason}
    raw = _entropy(crossed.sum(0)) + _entropy(crossed.sum(1)) - _entropy(crossed.ravel())
    bits = max(raw - free / (2 * total * np.log(2)), 0.0)
    told = bool(2 * total * np.log(2) * raw > chi2.ppf(1 - (1 - LEVEL) / max(columns, 1), free))
    return {"bits": rounded(bits), "share": rounded(bits / _entropy(crossed.sum(1))), "told": told}


def spearman(numbers: dict[str, pd.Series]) -> list[dict[str, Any]]:
    """Rank-correlate all pairs of numbers, each over the rows that have both."""
    ranked = pd.DataFrame({name: found.rank() for name, found in numbers.items()})
    matrix = ranked.corr(min_periods=2) if len(numbers) > 1 else pd.DataFrame()
    return [{"pair": [a, b], "value": rounded(matrix.loc[a, b])} for a, b in combinations(numbers, 2)]


def cramers_v(grouped: dict[str, Groups]) -> list[dict[str, Any]]:
    """Measure all pairs of grouped columns: Cramer's V, corrected for what chance alone gives (Bergsma 2013)."""
    pairs = combinations(grouped, 2)
    return [{"pair": [a, b], "value": rounded(corrected_v(crossed(grouped[a], grouped[b])))} for a, b in pairs]


def crossed(one: Groups, other: Groups) -> Crossed:
    """Count the rows of every pair of groups, shape (groups of one, groups of other)."""
    shape = (len(one.labels), len(other.labels))
    return np.bincount(one.codes * shape[1] + other.codes, minlength=shape[0] * shape[1]).reshape(shape).astype(float)


def corrected_v(counts: Crossed) -> float:
    """Give the bias-corrected V of a table of counts; NaN where a side has one value."""
    held = counts[counts.sum(1) > 0][:, counts.sum(0) > 0]
    (rows, columns), total = held.shape, held.sum()
    if min(rows, columns) < 2 or total < 2:
        return float("nan")
    expected = np.outer(held.sum(1), held.sum(0)) / total
    phi = ((held - expected) ** 2 / expected).sum() / total
    phi = max(phi - (rows - 1) * (columns - 1) / (total - 1), 0.0)
    sides = [side - (side - 1) ** 2 / (total - 1) - 1 for side in (rows, columns)]
    return float(min(np.sqrt(phi / min(sides)), 1.0)) if min(sides) > 0 else float("nan")


def _entropy(counts: Crossed) -> float:
    share = counts[counts > 0] / counts.sum()
    return float(-(share * np.log2(share)).sum())
