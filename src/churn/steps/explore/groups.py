"""The customers of a column in groups: by its values, or by tenths of a number; with how many of each left."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churn import contract
from churn.columns import Column

TENTHS = 10
SHOWN = 20
"""A column's values beyond this many, the rarest, are counted together."""
ABSURD = 1e100
"""Numbers beyond are none: their squares and sums have no end."""
MISSING, OTHERS = "(missing)", "(all other values)"
DIGITS = 6
Z = 1.959963984540054
"""The normal quantile of a 95 % interval."""

Codes = NDArray[np.int64]
Counts = NDArray[np.int64]
Outcome = NDArray[np.float64]


@dataclass(frozen=True)
class Groups:
    """A column's groups: `codes` (n,) points into `labels`; `rows`, `known` (outcome known) and `left` count them."""

    labels: list[str]
    codes: Codes
    rows: Counts
    known: Counts
    left: Counts

    def lines(self) -> list[dict[str, Any]]:
        """Tell every group's size, share and churn rate."""
        total = max(int(self.rows.sum()), 1)
        return [
            {"value": label, "rows": int(n), "share": rounded(n / total), "churned": int(k), "churn_rate": rate(k, of)}
            for label, n, of, k in zip(self.labels, self.rows, self.known, self.left, strict=True)
        ]


def outcome(rows: pd.DataFrame) -> Outcome:
    """Give 1 for who left, 0 for who stayed, NaN where the table does not say, shape (n,)."""
    if contract.TARGET not in rows:
        return np.full(len(rows), np.nan)
    told = rows[contract.TARGET].map({contract.POSITIVE: 1.0, contract.NEGATIVE: 0.0})
    return np.asarray(told, dtype=np.float64)


def cells(rows: pd.DataFrame, column: Column) -> pd.Series:
    """Give a column's cells, text or finite numbers; what is neither is missing, as is all of an absent column."""
    there = rows[column.name] if column.name in rows else pd.Series(np.nan, index=rows.index)
    if column.kind == "category":
        return there.astype("str").astype("category")
    read = pd.to_numeric(there, errors="coerce").astype("float64")
    return read.where(read.abs() < ABSURD)


def group(column: Column, found: pd.Series, left: Outcome) -> Groups:
    """Sort a column's cells into groups: a number by tenths, others by value."""
    labels, codes = _tenths(found) if column.kind == "number" else _values(column, found)
    if (codes < 0).any():
        codes = np.where(codes < 0, len(labels), codes)
        labels = [*labels, MISSING]
    known = np.isfinite(left)
    counts = [np.bincount(codes[chosen], minlength=len(labels)) for chosen in (slice(None), known, left == 1)]
    return Groups(labels, codes, *counts)


def rate(left: float, of: float) -> dict[str, Any]:
    """Give a churn rate with its 95 % Wilson interval."""
    if not of:
        return {"value": None, "low": None, "high": None, "reason": "nobody here has a known outcome"}
    share, wide = left / of, 1 + Z**2 / of
    middle = (share + Z**2 / (2 * of)) / wide
    reach = Z / wide * (share * (1 - share) / of + Z**2 / (4 * of**2)) ** 0.5
    return {"value": rounded(share), "low": rounded(max(middle - reach, 0)), "high": rounded(min(middle + reach, 1))}


def rounded(value: Any) -> float | None:
    """Round a figure so that its bytes are stable; None where it is no number."""
    return round(float(value), DIGITS) + 0.0 if np.isfinite(value) else None


def spelt(value: Any) -> str:
    """Spell a value of a column as a person reads it."""
    return f"{value:,.10g}" if isinstance(value, float | int | np.number) else str(value)


def _tenths(found: pd.Series) -> tuple[list[str], Codes]:
    """Cut at the nine deciles; equal numbers stay together, so that there may be fewer groups."""
    there = found.dropna()
    edges = np.unique(there.quantile(np.arange(1, TENTHS) / TENTHS)) if len(there) else np.array([])
    codes = np.where(found.isna(), -1, np.searchsorted(edges, found, side="right"))
    ends = there.groupby(codes[found.notna()]).agg(["min", "max"])
    labels = [spelt(low) if low == high else f"{spelt(low)} to {spelt(high)}" for low, high in ends.to_numpy()]
    place = {code: number for number, code in enumerate(ends.index)}
    return labels, np.array([place.get(code, -1) for code in range(len(edges) + 1)] + [-1], dtype=np.int64)[codes]


def _values(column: Column, found: pd.Series) -> tuple[list[str], Codes]:
    """Take the contract's values in its order, then those it does not know, most frequent first."""
    place, there = pd.factorize(found)
    allowed = [float(value) if column.kind == "flag" else value for value in column.allowed]
    many = dict(zip(there, np.bincount(place[place >= 0], minlength=len(there)).tolist(), strict=True))
    strange = sorted(many.keys() - set(allowed), key=lambda value: (-many[value], str(value)))
    values = [*allowed, *strange[: max(SHOWN - len(allowed), 1)]]
    code = {value: number for number, value in enumerate(values)}
    codes = np.array([code.get(value, -1) for value in there] + [-1], dtype=np.int64)[place]
    others = (codes < 0) & (place >= 0)
    labels = [spelt(value) for value in values] + ([OTHERS] if others.any() else [])
    return labels, np.where(others, len(values), codes)
