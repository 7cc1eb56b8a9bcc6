"""How far live customers are from the training table, by column; what cannot be judged is unknown, never none."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Any, Literal

from churn import columns

State = Literal["moved", "watch", "stable", "unknown"]

MIN_ROWS = 200
WATCH, MOVED = 0.1, 0.25
"""The customary bounds of the population stability index; for numbers, of the shift in standard deviations."""
FLOOR = 0.0005
"""The least share in the index: a value that one side lacks would make it infinite."""
RANK: dict[State, int] = {"moved": 3, "watch": 2, "unknown": 1, "stable": 0}


@dataclass(frozen=True, slots=True)
class Stability:
    """One column: `psi` of a category's shares, `shift` of a number's mean in standard deviations of training."""

    column: str
    state: State
    words: str
    psi: float | None = None
    shift: float | None = None


def stability(rows: Sequence[Mapping[str, Any]], profile: Mapping[str, Any] | None) -> list[Stability]:
    """Judge each column of the contract against the pipeline's profile of the training table."""
    if profile is None:
        return [Stability(one, "unknown", "not judged: there is no profile of the table") for one in columns.names()]
    if len(rows) < MIN_ROWS:
        words = f"not judged: {len(rows)} customers are too few; {MIN_ROWS} are needed"
        return [Stability(one, "unknown", words) for one in columns.names()]
    return [_judged(one, [row.get(one.name) for row in rows], profile) for one in columns.columns()]


def worst(states: Sequence[State]) -> State:
    """Give the state of the whole: the worst there is; without any, unknown."""
    return max(states, key=RANK.__getitem__, default="unknown")


def psi(expected: Mapping[str, float], found: Mapping[str, float]) -> float:
    """Give the population stability index of two tables of shares."""
    pairs = [(max(expected.get(one, 0.0), FLOOR), max(found.get(one, 0.0), FLOOR)) for one in {*expected, *found}]
    return sum((now - then) * log(now / then) for then, now in pairs)


def _judged(column: columns.Column, cells: list[Any], profile: Mapping[str, Any]) -> Stability:
    kind = "numbers" if column.kind == "number" else "categories"
    known = profile.get(kind, {}).get(column.name)
    if not isinstance(known, Mapping):
        return Stability(column.name, "unknown", "not judged: the profile does not tell of this column")
    if column.kind == "number":
        return _number(column.name, [float(one) for one in cells if one is not None], known)
    found = {value: count / len(cells) for value, count in Counter(map(str, cells)).items()}
    index = psi(known, found)
    most = max({*known, *found}, key=lambda value: abs(found.get(value, 0.0) - known.get(value, 0.0)))
    words = f"{most}: {found.get(most, 0.0):.1%} of customers, {known.get(most, 0.0):.1%} in training"
    return Stability(column.name, _state(index), words, psi=index)


def _number(name: str, cells: list[float], known: Mapping[str, float]) -> Stability:
    spread = known.get("sd") or 0.0
    if not cells or not spread:
        return Stability(name, "unknown", "not judged: it does not vary in training")
    mean = sum(cells) / len(cells)
    shift = (mean - known["mean"]) / spread
    chance = 2 / sqrt(len(cells))
    words = f"mean {mean:,.2f}, {known['mean']:,.2f} in training: {shift:+.2f} standard deviations"
    return Stability(name, _state(abs(shift)) if abs(shift) > chance else "stable", words, shift=shift)


def _state(distance: float) -> State:
    return "moved" if distance >= MOVED else "watch" if distance >= WATCH else "stable"
