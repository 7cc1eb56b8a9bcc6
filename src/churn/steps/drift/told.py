"""Parts of the reading, in figures and words."""

from collections.abc import Mapping

from churn.columns import Column
from churn.params.drift import Drift
from churn.steps.drift.calibration import RELATION
from churn.steps.drift.comparison import Compared
from churn.steps.drift.faults import Faults
from churn.steps.drift.measure import method
from churn.steps.drift.reading import Calibrated, ColumnReading, RelationReading
from churn.steps.drift.words import chance, change


def column(one: Column, compared: Compared, weight: float, found: Mapping[str, Faults], drift: Drift) -> ColumnReading:
    """Tell of one column how far it went, how sure that is, and what happened to it."""
    name, faults = one.name, found.get(one.name, Faults())
    judged = name in compared.moves
    words = _changed(one, compared, drift) if judged else _unjudged(name, compared)
    every = faults.broken + faults.odd + ([] if judged else [words])
    return ColumnReading(
        column=name,
        kind=one.kind,
        method=method(one, drift),
        distance=compared.distances.get(name),
        threshold=compared.thresholds.get(name),
        p_value=compared.alone(name),
        family_p_value=compared.together(name),
        weight=weight,
        moved=compared.moves.get(name),
        words="; ".join([words, *faults.broken, *faults.odd]),
        faults=every,
    )


def calibrated(compared: Compared, drift: Drift) -> Calibrated | None:
    """Tell how the thresholds were found, if there are any."""
    found = compared.calibration
    if found is None:
        return None
    rows, size = len(compared.sides.reference), len(compared.sides.batch)
    sizes = f"{found.rows - found.played:,} rows of the reference and {found.played:,} others of it as batch"
    return Calibrated(
        rate=drift.rate,
        draws=drift.draws,
        seed=drift.seed,
        drawn_from=found.rows,
        played_batch=found.played,
        compared_reference=rows,
        compared_batch=size,
        words=f"{drift.rate:.1%} of clean batches alarm: thresholds from {drift.draws:,} draws (seed {drift.seed}) of "
        f"{sizes}, carried to {rows:,} and {size:,} rows by the root of 1/reference + 1/batch; "
        f"of more than {drift.max_rows:,} rows on a side so many were drawn and compared",
    )


def relation(compared: Compared, drift: Drift) -> RelationReading:
    """Tell whether customers of the same group churn as often as in the reference."""
    within = compared.calibration.within.name if compared.calibration else None
    moved, share = compared.moves.get(RELATION), compared.together(RELATION)
    if moved is None or share is None:
        words = f"not judged: {compared.sides.unlabelled or 'no column can be judged'}"
    else:
        verb = "moved" if moved else "did not move"
        words = f"churn within the groups of {within} {verb} ({chance(share, drift.draws)})"
    return RelationReading(
        within=within,
        distance=compared.distances.get(RELATION),
        threshold=compared.thresholds.get(RELATION),
        family_p_value=share,
        moved=moved,
        words=words,
    )


def _changed(one: Column, compared: Compared, drift: Drift) -> str:
    before, after = compared.sides.reference[one.name], compared.sides.batch[one.name]
    share = compared.together(one.name)
    sure = "" if share is None else f" ({chance(share, drift.draws)})"
    return change(before, after, one) + sure


def _unjudged(name: str, compared: Compared) -> str:
    return f"not judged: {compared.sides.obstacles.get(name, compared.measured.fault)}"
