"""The thresholds of a reference for batches of one size."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churn.columns import Column
from churn.params.drift import Drift
from churn.steps.drift.distances import Distance, distance
from churn.steps.drift.family import Family, family
from churn.steps.drift.null import ROWS, null, scale
from churn.steps.drift.pair import Pair
from churn.steps.drift.relation import relation
from churn.steps.drift.weights import grouped

RELATION = "the relation to churn"
KNOTS = 400


@dataclass(frozen=True)
class Calibration:
    """The columns that may alarm, those that may only be noted, and how the thresholds were found.

    `rows` of the reference were drawn from, `played` of them played the batch; `within` names the column in whose
    groups churn is compared.
    """

    alarms: Family
    notes: Family
    rows: int
    played: int
    within: Column

    def of(self, name: str) -> Family:
        """Give the family that judges this column."""
        return self.alarms if name in self.alarms.null else self.notes

    def thresholds(self) -> dict[str, float]:
        """Give every column's threshold by its name."""
        return {name: self.of(name).threshold(name) for name in [*self.alarms.null, *self.notes.null]}


def calibrate(sides: Pair, weights: Mapping[str, float], drift: Drift) -> Calibration:
    """Draw the null of these sides' sizes from the reference; an outcome in the batch joins the family."""
    within = max(sides.columns, key=lambda column: weights[column.name])
    rng = np.random.default_rng(drift.seed)
    kept = np.sort(rng.permutation(len(sides.reference))[:ROWS])
    played, shrunk = scale(len(sides.reference), len(sides.batch), len(kept))
    drawn = null(_distances(sides, kept, within, drift), len(kept), played, drift.draws, drift.seed)
    drawn = {name: distances * shrunk for name, distances in drawn.items()}
    heavy = [name for name in drawn if name == RELATION or weights[name] >= drift.min_weight]
    alarms, notes = (family(drawn, names, drift.rate) for names in (heavy, [n for n in drawn if n not in heavy]))
    return Calibration(alarms, notes, len(kept), played, within)


def observed(sides: Pair, calibration: Calibration, drift: Drift) -> dict[str, float]:
    """Give the distances between the two sides as the null has them; columns that cannot be judged have none."""
    both = pd.concat([sides.reference, sides.batch], ignore_index=True)
    picked = (np.arange(len(both)) >= len(sides.reference))[:, None]
    found = {column.name: distance(both[column.name], column, drift) for column in sides.columns}
    return {name: float(measure(picked)[0]) for name, measure in found.items()} | related(sides, calibration.within)


def related(sides: Pair, within: Column) -> dict[str, float]:
    """Give the distance of the relation to churn, if the batch tells outcomes."""
    if sides.left is None:
        return {}
    cells = pd.concat([sides.reference[within.name], sides.batch[within.name]], ignore_index=True)
    groups = grouped(sides.reference[within.name], cells, within)
    picked = (np.arange(len(cells)) >= len(sides.reference))[:, None]
    return {RELATION: float(relation(groups, np.concatenate(sides.left))(picked)[0])}


def _distances(sides: Pair, kept: NDArray[np.intp], within: Column, drift: Drift) -> dict[str, Distance]:
    reference = sides.reference.iloc[kept]
    found = {column.name: distance(reference[column.name], column, drift, KNOTS) for column in sides.columns}
    if sides.left is None:
        return found
    groups = grouped(sides.reference[within.name], reference[within.name], within)
    return found | {RELATION: relation(groups, sides.left[0][kept])}
