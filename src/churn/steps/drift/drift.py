"""From distances to a state that a machine can act on and a reason that a person can."""

import pandas as pd

from churn import table
from churn.columns import Column, columns
from churn.params.drift import Drift
from churn.steps.drift.measure import Measured, measure, method
from churn.steps.drift.pair import Pair, pair, shortage
from churn.steps.drift.reading import Batch, ColumnReading, Reading, State
from churn.steps.drift.weights import weigh
from churn.steps.drift.words import change, faults


def judge(
    reference: pd.DataFrame, batch: pd.DataFrame | None, drift: Drift, file: str | None = None, fault: str = ""
) -> tuple[Reading, str]:
    """Judge a batch against the reference, both typed by `churn.table`; give the reading and Evidently's page.

    `file` names the batch, and `fault` says why there is none. The page is empty where nothing was compared.
    """
    sides = pair(reference, batch, drift)
    measured = measure(sides, drift)
    weights = weigh(reference)
    read = [_column(column, sides, measured, weights[column.name], drift) for column in columns()]
    obstacle = fault if batch is None else shortage(reference, batch, drift)
    state, reason = _decide(read, obstacle, drift)
    reading = Reading(
        state=state,
        retrain=state == "drift",
        reason=reason,
        summary=f"{_named(file, batch)}: {state.replace('_', ' ')}: {reason}",
        batch=None if batch is None else Batch(file=file, rows=len(batch), extra=_extra(batch)),
        reference_rows=len(reference),
        weight_moved=_weight(read),
        min_weight=drift.min_weight,
        faults=[obstacle] if obstacle else [f"{column.column}: {fault}" for column in read for fault in column.faults],
        columns=read,
    )
    return reading, measured.page


def _column(column: Column, sides: Pair, measured: Measured, weight: float, drift: Drift) -> ColumnReading:
    named, name = method(column, drift), column.name
    if name in measured.distances:
        before, after = sides.reference[name], sides.batch[name]
        found, words = faults(before, after, column), change(before, after, column)
    else:
        found, words = [f"not judged: {sides.obstacles.get(name, measured.fault)}"], ""
    return ColumnReading(
        column=name,
        kind=column.kind,
        method=named.method,
        distance=measured.distances.get(name),
        threshold=named.threshold,
        weight=weight,
        moved=measured.moved.get(name),
        words="; ".join([*filter(None, [words]), *found]),
        faults=found,
    )


def _decide(read: list[ColumnReading], obstacle: str, drift: Drift) -> tuple[State, str]:
    unjudged = {column.words for column in read if column.moved is None}
    moved = [column.column for column in read if column.moved]
    weight = _weight(read)
    share = f"they carry {weight:.1%} of what the columns say about churn (drift.min_weight is {drift.min_weight:.1%})"
    if weight >= drift.min_weight:
        return "drift", f"{', '.join(moved)} moved; {share}" + ("; " + _unknown(read) if unjudged else "")
    if obstacle or unjudged:
        return "unknown", obstacle or _unknown(read)
    return "no_drift", f"only {', '.join(moved)} moved; {share}" if moved else "no column moved"


def _unknown(read: list[ColumnReading]) -> str:
    """Say what could not be judged, the columns that share a cause together."""
    causes: dict[str, list[str]] = {}
    for column in read:
        if column.moved is None:
            causes.setdefault(column.words, []).append(column.column)
    everything = [column.column for column in read]
    return "; ".join(
        f"{'every column' if names == everything else ', '.join(names)} {why}" for why, names in causes.items()
    )


def _weight(read: list[ColumnReading]) -> float:
    return sum(column.weight for column in read if column.moved)


def _extra(batch: pd.DataFrame) -> list[str]:
    return sorted(set(batch.columns) - set(table.expected()))


def _named(file: str | None, batch: pd.DataFrame | None) -> str:
    if batch is None:
        return file or "no batch"
    return f"{file or 'the batch'} ({len(batch):,} rows)"
