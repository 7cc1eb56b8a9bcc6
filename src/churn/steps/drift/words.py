"""What happened to one column, in words."""

import pandas as pd

from churn.columns import Column


def change(before: pd.Series, after: pd.Series, column: Column) -> str:
    """Say which way a column went, and how far."""
    return _shift(before.dropna(), after.dropna()) if column.kind == "number" else _mix(before, after)


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
    return f"{spelt(name)} {old:.1%} -> {new:.1%} ({(new - old) * 100:+.1f} points)"


def count(cells: int) -> str:
    """Spell a number of cells."""
    return f"{cells:,} cell" if cells == 1 else f"{cells:,} cells"


def _figure(value: float) -> str:
    return f"{value:,.2f}" if abs(value) < 1e9 else f"{value:.3g}"


def spelt(value: float | str) -> str:
    """Spell a cell."""
    return repr(value[:60]) if isinstance(value, str) else f"{value:,g}"


def chance(share: float, draws: int) -> str:
    """Spell a p-value no finer than the draws can tell."""
    least = 1 / (draws + 1)
    return f"p < {least * 1.000001:.1g}" if share <= least * 1.5 else f"p = {share:.2g}"
