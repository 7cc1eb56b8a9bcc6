"""What looks like a fault of the data rather than a change of the customers."""

from dataclasses import dataclass, field

import pandas as pd

from churn.columns import Column
from churn.steps.drift.pair import outside
from churn.steps.drift.words import count, spelt

UNITS = (0.001, 0.01, 100, 1000)
NAMED = 5
IMPOSSIBLE = 1e-6
"""A constant column is a fault where a clean batch would be constant more seldom than this."""


@dataclass(frozen=True)
class Faults:
    """The faults of one column: `broken` ones no clean batch has, so they alarm; `odd` ones are only named."""

    broken: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)


def faults(before: pd.Series, after: pd.Series, column: Column, max_missing: float) -> Faults:
    """Look for faults in cells that `pair.cells` gave; more than `max_missing` empty or impossible ones are a flood."""
    known, held = after.dropna(), after.value_counts()
    blank = len(after) - len(known)
    empty = [f"{count(blank)} {'holds' if blank == 1 else 'hold'} no usable value"] if blank else []
    flood = blank > max_missing * len(after) and before.isna().mean() <= max_missing
    found = _numbers(before, after, column, max_missing) if column.kind == "number" else _values(before, held, column)
    broken = (empty if flood else []) + _constant(before, held) + found.broken
    return Faults(broken, found.odd if flood else empty + found.odd)


def _constant(before: pd.Series, held: pd.Series) -> list[str]:
    """Call one value in every cell a fault, unless clean batches often look so."""
    if len(held) != 1:
        return []
    usual = before.value_counts(normalize=True).max() if before.notna().any() else 1.0
    if usual ** int(held.iloc[0]) > IMPOSSIBLE:
        return []
    return [f"every cell is {spelt(held.index[0])}: constant"]


def _numbers(before: pd.Series, after: pd.Series, column: Column, max_missing: float) -> Faults:
    known, broken = after.dropna(), []
    ratio = known.median() / before.median() if before.median() else 0.0
    if any(unit / 1.25 < ratio < unit * 1.25 for unit in UNITS) and _apart(before, known, ratio):
        broken.append(f"its median is {ratio:,.3g} times the reference's: looks like a change of unit")
    wrong = after[outside(after, column)]
    told = [f"{count(len(wrong))} outside the contract's range, for example {spelt(one)}" for one in wrong.iloc[:1]]
    return Faults(broken + told, []) if len(wrong) > max_missing * len(after) else Faults(broken, told)


def _apart(before: pd.Series, known: pd.Series, ratio: float) -> bool:
    """Tell whether the middle half of the cells went past the middle half of the reference."""
    low, high = before.quantile(0.25), before.quantile(0.75)
    return bool(known.quantile(0.25) > high if ratio > 1 else known.quantile(0.75) < low)


def _values(before: pd.Series, held: pd.Series, column: Column) -> Faults:
    known, allowed = set(before.unique()), {str(value) for value in column.allowed}
    unseen = {str(value): int(cells) for value, cells in held.items() if value not in known}
    broken = {value: cells for value, cells in unseen.items() if value not in allowed}
    rare = {value: cells for value, cells in unseen.items() if value in allowed}
    return Faults(_listed("never seen before", broken), _listed("allowed, but not in the reference", rare))


def _listed(title: str, unseen: dict[str, int]) -> list[str]:
    ranked = sorted(unseen.items(), key=lambda pair: (-pair[1], pair[0]))
    named = [f"{spelt(value)} ({count(cells)})" for value, cells in ranked[:NAMED]]
    more = [f"and {len(ranked) - NAMED:,} more"] if len(ranked) > NAMED else []
    return [f"{title}: " + ", ".join(named + more)] if named else []
