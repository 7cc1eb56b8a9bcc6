"""What the prepared data looks like, and what changed since the last version of it."""

import math
from typing import Any

import pandas as pd

from churn import columns, table

DIGITS = 6


def profile(rows: pd.DataFrame, arrivals: list[dict[str, Any]], previous: dict[str, Any] | None) -> dict[str, Any]:
    """Describe all accepted rows; `since` is the difference to the `previous` profile, kept while the data stay."""
    described = {
        "digest": table.digest(rows),
        "rows": len(rows),
        "churn_rate": _round(table.outcome(rows).mean()) if len(rows) else None,
        "arrivals": arrivals,
        "numbers": {name: _number(rows[name]) for name in columns.names("number")},
        "categories": {name: _shares(rows[name]) for name in columns.names("category", "flag")},
        "contradictory_rows": int(table.contradictory(rows).sum()),
    }
    return described | {"since": _since(described, previous)}


def _number(cells: pd.Series) -> dict[str, float | None]:
    summary = {
        "min": cells.min(),
        "mean": cells.mean(),
        "median": cells.median(),
        "max": cells.max(),
        "sd": cells.std(),
    }
    return {name: _round(value) for name, value in summary.items()}


def _shares(cells: pd.Series) -> dict[str, float | None]:
    shares = cells.value_counts(normalize=True).sort_index()
    return {f"{value:g}" if isinstance(value, float) else str(value): _round(share) for value, share in shares.items()}


def _since(now: dict[str, Any], previous: dict[str, Any] | None) -> dict[str, Any] | None:
    if previous is None:
        return None
    if previous.get("digest") == now["digest"]:
        kept: dict[str, Any] | None = previous.get("since")
        return kept
    then, values = _flat(previous), _flat(now)
    changed = {key: [then.get(key), values.get(key)] for key in values | then if then.get(key) != values.get(key)}
    return {"digest": previous.get("digest"), "changed": changed}


def _flat(described: dict[str, Any]) -> dict[str, Any]:
    whole = {key: described.get(key) for key in ("rows", "churn_rate", "contradictory_rows")}
    for group in ("numbers", "categories"):
        for name, figures in described.get(group, {}).items():
            whole |= {f"{name}.{figure}": value for figure, value in figures.items()}
    return whole


def _round(value: float) -> float | None:
    return round(float(value), DIGITS) if math.isfinite(value) else None
