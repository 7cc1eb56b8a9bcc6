"""The two sides held together: our thresholds, Evidently's distances and verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from churn.params.drift import Drift
from churn.steps.drift.calibration import Calibration, calibrate, related
from churn.steps.drift.measure import Measured, measure
from churn.steps.drift.pair import Pair, sampled
from churn.steps.drift.verdict import moved


@dataclass(frozen=True)
class Compared:
    """The rows that were compared, the thresholds (none where no column can be judged), what Evidently measured.

    `distances` and `moves` also hold the relation to churn, which is ours: Evidently compares columns alone.
    """

    sides: Pair
    calibration: Calibration | None = None
    measured: Measured = field(default_factory=Measured)
    distances: Mapping[str, float] = field(default_factory=dict)
    moves: Mapping[str, bool] = field(default_factory=dict)

    @property
    def thresholds(self) -> dict[str, float]:
        """Give the thresholds of what was judged."""
        return self.calibration.thresholds() if self.calibration else {}

    def alone(self, name: str) -> float | None:
        """Give the share of clean batches in which this column goes as far, if it was judged."""
        if self.calibration is None or name not in self.distances:
            return None
        return self.calibration.of(name).alone(name, self.distances[name])

    def together(self, name: str) -> float | None:
        """Give the share of clean batches in which any column judged with it goes as far, if it was judged."""
        if self.calibration is None or name not in self.distances:
            return None
        return self.calibration.of(name).together(name, self.distances[name])


def compare(whole: Pair, weights: Mapping[str, float], drift: Drift) -> Compared:
    """Calibrate for the sizes of the two sides, then let Evidently compare them."""
    sides = sampled(whole, drift)
    if not sides.columns:
        return Compared(sides)
    calibration = calibrate(sides, weights, drift)
    measured = measure(sides, calibration.thresholds(), drift)
    ours = related(sides, calibration.within) if measured.distances else {}
    return Compared(sides, calibration, measured, measured.distances | ours, measured.moved | moved(ours, calibration))
