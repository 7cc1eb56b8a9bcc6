"""From the evidence of the columns to a state that a machine can act on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from churn.params.drift import Drift
from churn.steps.drift.calibration import RELATION, Calibration
from churn.steps.drift.faults import Faults, faults
from churn.steps.drift.pair import Pair
from churn.steps.drift.reading import State


@dataclass(frozen=True)
class Verdict:
    """The state of a batch: what moved and alarms, what moved and says too little, what is broken, what is unknown."""

    state: State
    alarming: list[str] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    unjudged: list[str] = field(default_factory=list)


def moved(distances: Mapping[str, float], calibration: Calibration) -> dict[str, bool]:
    """Hold distances to their thresholds as Evidently does: a distance at the threshold has moved."""
    return {name: distance >= calibration.of(name).threshold(name) for name, distance in distances.items()}


def seen(sides: Pair, drift: Drift) -> dict[str, Faults]:
    """Look for faults in every column that both sides have, also in those that cannot be judged."""
    return {
        column.name: faults(sides.reference[column.name], sides.batch[column.name], column, drift.max_missing)
        for column in sides.both
    }


def decide(
    moves: Mapping[str, bool], weights: Mapping[str, float], found: Mapping[str, Faults], sides: Pair, drift: Drift
) -> Verdict:
    """Weigh the evidence: `moves` holds every column that was judged.

    A fault of a judged column alarms whatever the column weighs; a move alarms where the column weighs
    `drift.min_weight`. What could not be judged makes the batch unknown unless something else alarms.
    """
    movers = [name for name, has_moved in moves.items() if has_moved]
    alarming = [name for name in movers if name == RELATION or weights[name] >= drift.min_weight]
    broken = [name for name in moves if name in found and found[name].broken]
    unjudged = [name for name in weights if name not in moves]
    if RELATION not in moves and sides.mislabelled:
        unjudged.append(RELATION)
    state: State = "drift" if alarming or broken else "unknown" if unjudged else "no_drift"
    return Verdict(state, alarming, [name for name in movers if name not in alarming], broken, unjudged)
