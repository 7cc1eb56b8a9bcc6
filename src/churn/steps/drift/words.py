"""What happened to one column, in words."""

import math

import pandas as pd

from churn.columns import Column

UNITS = (0.001, 0.01, 100, 1000)
NAMED = 5


def change(before: pd.Series, after: pd.Series, column: Column) -> str:
    """Say which way a column went, and how far."""
    return _shift(before.dropna(), after.dropna()) if column.kind == "number" else _mix(before, after)


def faults(before: pd.Series, after: pd.Series, column: Column) -> list[str]:
    """List what looks like a fault of the data rather than a change of the customers."""
    blank, known = int(after.isna().sum()), after.dropna()
    found = [f"{_count(blank)} {'holds' if blank == 1 else 'hold'} no usable value"] if blank else []
    if known.nunique() == 1 and before.nunique() > 1:
        found.append(f"every cell is {_spelt(known.iloc[0])}: constant")
    return found + (_odd_numbers(before, known, column) if column.kind == "number" else _unseen(before, known))


def _shift(before: pd.Series, after: pd.Series) -> str:
    old, new = before.mean(), after.mean()
    share = f" ({new / old - 1:+.0%})" if old > 0 and new / old < 10 else ""
    way = "higher" if new > old else "lower" if new < old else "the same"
    middle = f"median {_figure(before.median())} -> {_figure(after.median())}"
    return f"{way}: mean {_figure(old)} -> {_figure(new)}{share}, {middle}"


def _mix(before: pd.Series, after: pd.Series) -> str:
    shares = pd.DataFrame({"old": before.value_counts(normalize=True), "new": after.value_counts(normalize=True)})
    shares = shares.fillna(0.0).sort_index()
    name = str((shares["new"] - shares["old"]).abs().round(10).idxmax())
    old, new = float(shares["old"][name]), float(shares["new"][name])
    return f"{_spelt(name)} {old:.1%} -> {new:.1%} ({(new - old) * 100:+.1f} points)"


def _odd_numbers(before: pd.Series, known: pd.Series, column: Column) -> list[str]:
    found = []
    ratio = known.median() / before.median() if before.median() else 0.0
    if any(unit / 1.25 < ratio < unit * 1.25 for unit in UNITS):
        found.append(f"its median is {ratio:,.3g} times the reference's: looks like a change of unit")
    low = -math.inf if column.low is None else column.low
    high = math.inf if column.high is None else column.high
    outside = known[~known.between(low, high)]
    if len(outside):
        found.append(f"{_count(len(outside))} outside the contract's range, for example {_spelt(outside.iloc[0])}")
    return found


def _unseen(before: pd.Series, known: pd.Series) -> list[str]:
    counts = known[~known.isin(before.unique())].value_counts().reset_index().to_numpy()
    ranked = sorted(((value, int(count)) for value, count in counts), key=lambda pair: (-pair[1], pair[0]))
    named = [f"{_spelt(value)} ({_count(count)})" for value, count in ranked[:NAMED]]
    more = [f"and {len(ranked) - NAMED:,} more"] if len(ranked) > NAMED else []
    return ["never seen before: " + ", ".join(named + more)] if named else []


def _count(cells: int) -> str:
    return f"{cells:,} cell" if cells == 1 else f"{cells:,} cells"


def _figure(value: float) -> str:
    return f"{value:,.2f}" if abs(value) < 1e9 else f"{value:.3g}"


def _spelt(value: float | str) -> str:
    return repr(value[:60]) if isinstance(value, str) else f"{value:,g}"
