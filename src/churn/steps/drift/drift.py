"""From two tables to a reading that a machine can act on and a person can believe."""

import pandas as pd

from churn import table
from churn.columns import columns
from churn.params.drift import Drift
from churn.steps.drift import told
from churn.steps.drift.calibration import RELATION
from churn.steps.drift.comparison import compare
from churn.steps.drift.pair import pair
from churn.steps.drift.reading import Batch, Reading
from churn.steps.drift.reason import reason
from churn.steps.drift.verdict import decide, seen
from churn.steps.drift.weights import weigh


def judge(
    reference: pd.DataFrame, batch: pd.DataFrame | None, drift: Drift, file: str | None = None, fault: str = ""
) -> tuple[Reading, str]:
    """Judge a batch against the reference, both typed by `churn.table`; give the reading and Evidently's page.

    `file` names the batch, and `fault` says why there is none. The page is empty where nothing was compared.
    """
    whole, weights = pair(reference, batch, drift), weigh(reference)
    compared, found = compare(whole, weights, drift), seen(whole, drift)
    verdict = decide(compared.moves, weights, found, whole, drift)
    why = reason(verdict, compared, found, weights, drift, fault if batch is None else "")
    read = [told.column(column, compared, weights[column.name], found, drift) for column in columns()]
    reading = Reading(
        state=verdict.state,
        kind=why.kind,
        retrain=verdict.state == "drift" and why.kind != "data_fault",
        reason=why.words,
        summary=f"{_named(file, batch)}: {verdict.state.replace('_', ' ')}: {why.words}",
        batch=None if batch is None else Batch(file=file, rows=len(batch), extra=_extra(batch)),
        reference_rows=len(reference),
        weight_moved=sum(weights[name] for name in verdict.alarming if name != RELATION),
        min_weight=drift.min_weight,
        calibration=told.calibrated(compared, drift),
        faults=why.faults + [f"{one.column}: {words}" for one in read for words in one.faults],
        relation=told.relation(compared, drift),
        columns=read,
    )
    return reading, compared.measured.page


def _extra(batch: pd.DataFrame) -> list[str]:
    return sorted(set(batch.columns) - set(table.expected()))


def _named(file: str | None, batch: pd.DataFrame | None) -> str:
    if batch is None:
        return file or "no batch"
    return f"{file or 'the batch'} ({len(batch):,} rows)"
