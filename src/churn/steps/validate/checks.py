"""Each thing that can be wrong with the data as a whole."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from churn import columns, contract, table
from churn.params.validate import Validate

EXAMPLES = 5
DIGITS = 6


class Check(BaseModel):
    """One check: what was measured, what is allowed (None: only noted), and up to five examples."""

    model_config = ConfigDict(frozen=True)

    name: str
    column: str | None = None
    count: int
    value: float
    bound: float | None
    passed: bool
    words: str
    examples: list[str] = []


def contract_faults(rows: pd.DataFrame, quarantine: pd.DataFrame) -> Iterator[Check]:
    """Count what breaks the contract, by column and check, among the rows set aside and among those accepted."""
    slipped = table.faults(rows.reset_index(drop=True)).assign(source="prepared table")
    lines = pd.concat([quarantine, slipped], ignore_index=True)
    for (column, check), group in lines.groupby(["column", "check"], sort=True):
        examples = [f"{line.value!r} ({line.source}, row {line.row})" for line in group.head(EXAMPLES).itertuples()]
        inside = int(group["source"].eq("prepared table").sum())
        words = " ".join(f"{len(group):,} row(s): {column} {check}".split())
        measured = {"name": f"contract: {check}", "column": str(column), "count": len(group), "value": inside}
        yield Check(**measured, bound=0, passed=inside == 0, words=words, examples=examples)


def quarantined(arrivals: list[dict[str, Any]], params: Validate) -> Check:
    """Bound the share of the rows that arrived and were set aside."""
    arrived, aside = sum(one["arrived"] for one in arrivals), sum(one["quarantined"] for one in arrivals)
    examples = [f"{one['source']}: {one['quarantined']} of {one['arrived']}" for one in arrivals if one["quarantined"]]
    words = f"{aside:,} of {arrived:,} rows that arrived were set aside"
    return at_most("quarantined", aside, aside / max(arrived, 1), params.max_quarantined, words, examples[:EXAMPLES])


def rules(rows: pd.DataFrame) -> Iterator[Check]:
    """Bound the share of rows that break each business rule of the contract."""
    for rule in contract.RULES:
        broken = rows[pd.Series(rule.broken(rows), index=rows.index).astype(bool)]
        words = f"{len(broken):,} row(s) break the rule {rule.name!r}: {rule.why}"
        examples = [names_of(row) for _, row in broken.head(EXAMPLES).iterrows()]
        yield at_most(f"rule: {rule.name}", len(broken), share(len(broken), rows), rule.max_share, words, examples)


def enough_rows(rows: pd.DataFrame, least: int, name: str) -> Check:
    """Ask for enough rows to learn anything."""
    words = f"{len(rows):,} rows, of which at least {least:,} are needed"
    return Check(name=name, count=len(rows), value=len(rows), bound=least, passed=len(rows) >= least, words=words)


def class_balance(rows: pd.DataFrame, params: Validate, name: str) -> Check:
    """Ask for enough customers of both outcomes."""
    positive = int(table.outcome(rows).sum())
    rarer = min(positive, len(rows) - positive)
    words = f"{positive:,} of {len(rows):,} customers churned; the rarer outcome has {rarer:,}"
    value, bound = share(rarer, rows), params.min_class_share
    passed = rarer > 0 and value >= bound
    figures = {"count": rarer, "value": value, "bound": bound, "passed": passed}
    return Check(name=name, column=contract.TARGET, words=words, **figures)


def duplicates(rows: pd.DataFrame) -> Check:
    """Note how many rows repeat another's features and outcome: without an id they may well be two customers."""
    twice = int(rows[table.repeated(rows)].duplicated([*columns.names(), contract.TARGET]).sum())
    words = f"{twice:,} row(s) repeat another's features and outcome"
    return Check(name="duplicates", count=twice, value=share(twice, rows), bound=None, passed=True, words=words)


def contradictions(rows: pd.DataFrame, params: Validate, highest: float) -> Check:
    """Bound the share of rows whose features occur with both outcomes; `highest` is the accuracy that leaves."""
    count = int(table.contradictory(rows).sum())
    words = f"{count:,} row(s) share all features with one of the other outcome; accuracy cannot pass {highest:.4f}"
    return at_most("contradictory labels", count, share(count, rows), params.max_contradictory, words, [])


def ceiling(rows: pd.DataFrame) -> float:
    """Give the accuracy that a model knowing every label of these rows would reach: equal features, one answer."""
    again = rows[table.repeated(rows)]
    labels = again.groupby(columns.names())[contract.TARGET].value_counts()
    best = labels.groupby(level=columns.names()).max().sum() if len(again) else 0
    return float((len(rows) - len(again) + best) / max(len(rows), 1))


def leaks(rows: pd.DataFrame, params: Validate) -> Iterator[Check]:
    """Ask that no feature alone tells the outcome."""
    outcome = table.outcome(rows)
    if len(set(outcome)) < 2:
        return
    for column in columns.columns():
        auc = _auc_alone(rows[column.name], column.kind, outcome)
        words = f"{column.name} alone has ROC-AUC {auc:.3f}; is it known before the customer leaves?"
        passed = auc <= params.leak_auc
        figures = {"count": len(rows), "value": round(auc, DIGITS), "bound": params.leak_auc, "passed": passed}
        yield Check(name="leakage", column=column.name, words=words, **figures)


def at_most(name: str, count: int, value: float, bound: float, words: str, examples: list[str]) -> Check:
    """Make a check that passes while `value` stays within `bound`."""
    figures = {"count": count, "value": round(value, DIGITS), "bound": bound, "passed": value <= bound}
    return Check(name=name, words=words, examples=examples, **figures)


def share(count: int, rows: pd.DataFrame) -> float:
    """Give a count as a share of the rows."""
    return round(count / max(len(rows), 1), DIGITS)


def names_of(row: "pd.Series[Any]") -> str:
    """Name a row: by its id, or by its position."""
    return str(row[contract.ID]) if contract.ID else f"row {row.name}"


def _auc_alone(cells: pd.Series, kind: columns.Kind, outcome: Any) -> float:
    """Count by distinct value instead of sorting rows; numbers rank by value, categories by their churn rate."""
    place, values = pd.factorize(cells, sort=kind == "number", use_na_sentinel=False)
    left, every = np.bincount(place, outcome, len(values)), np.bincount(place, minlength=len(values))
    order = np.arange(len(values)) if kind == "number" else np.argsort(left / every)
    left, stayed = left[order], (every - left)[order]
    auc = float((left * (stayed.cumsum() - stayed / 2)).sum() / (left.sum() * stayed.sum()))
    return max(auc, 1 - auc)
