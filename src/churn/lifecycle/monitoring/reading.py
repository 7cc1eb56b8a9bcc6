"""What monitoring saw in one window: one reading a kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal[
    "volume", "latency", "errors", "refused", "drift", "prediction_drift", "estimated", "realised", "calibration",
    "segments", "outcomes", "labels",
]  # fmt: skip
State = Literal["ok", "alarm", "unknown"]

KINDS: tuple[Kind, ...] = (
    "volume", "latency", "errors", "refused", "drift", "prediction_drift", "estimated", "realised", "calibration",
    "segments", "outcomes", "labels",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """One kind of figure over one window, of one model version where it speaks of one; times in microseconds.

    What could not be judged is `unknown`, and `words` says why. `until` is the first moment that no longer counts.
    """

    kind: Kind
    model_version: int | None
    since: int
    until: int
    state: State
    words: str
    figures: Mapping[str, Any]
