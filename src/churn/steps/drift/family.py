"""The columns whose moves are judged together, and how far one must go so that few clean batches alarm."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from churn.steps.drift.distances import Floats

NEVER = 1e-9
"""The threshold of a column that holds one value in the reference: whatever else comes has moved it."""


@dataclass(frozen=True)
class Family:
    """Null distances of some columns, each in its own measure: 0 is its middle, 1 what it passes in `rate` of draws.

    `critical` is what the largest of them passes in `rate` of the draws: so many clean batches move any column at all.
    """

    null: Mapping[str, Floats]
    middle: Mapping[str, float]
    reach: Mapping[str, float]
    largest: Floats
    critical: float

    def threshold(self, name: str) -> float:
        """Give the distance from which a column counts as moved."""
        return max(self.middle[name] + self.critical * self.reach[name], NEVER)

    def alone(self, name: str, distance: float) -> float:
        """Give the share of clean batches in which this column goes as far."""
        return _share(self.null[name], distance)

    def together(self, name: str, distance: float) -> float:
        """Give the share of clean batches in which any column goes as far in its own measure."""
        if not self.reach[name]:
            return self.alone(name, distance)
        return _share(self.largest, (distance - self.middle[name]) / self.reach[name])


def family(null: Mapping[str, Floats], names: Iterable[str], rate: float) -> Family:
    """Judge these columns together: in their joint null draws `rate` of the clean batches pass a threshold."""
    kept = {name: null[name] for name in names if name in null}
    middle = {name: float(np.median(drawn)) for name, drawn in kept.items()}
    reach = {name: float(np.quantile(drawn, 1 - rate)) - middle[name] for name, drawn in kept.items()}
    measured = [(drawn - middle[name]) / reach[name] for name, drawn in kept.items() if reach[name] > 0]
    largest = np.max(measured, axis=0) if measured else np.zeros(1)
    return Family(kept, middle, reach, largest, _critical(largest, rate))


def _critical(largest: Floats, rate: float) -> float:
    """Give the draw above which a new one falls with a chance of `rate`: so many of the draws and the new one."""
    above = max(int(rate * (len(largest) + 1)), 1)
    return float(np.sort(largest)[-above])


def _share(drawn: Floats, value: float) -> float:
    """Count the value itself among the draws: no p-value is 0 (Phipson and Smyth 2010)."""
    return (1 + int((drawn >= value).sum())) / (1 + len(drawn))
