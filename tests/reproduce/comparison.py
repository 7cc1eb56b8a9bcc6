"""Two sets of results, value by value."""

import math
from dataclasses import dataclass, field
from typing import Any

from reproduce import tolerances
from reproduce.results import Values
from reproduce.tolerances import Tolerance

ABSENT = "absent"


@dataclass
class Line:
    """The values of one kind in one place: how many, how far apart at most, and a sentence for each that is too far."""

    place: str
    tolerance: Tolerance
    compared: int = 0
    apart: float = 0.0
    off: list[str] = field(default_factory=list)


def compare(place: str, one: dict[str, Values], other: dict[str, Values], sides: tuple[str, str]) -> list[Line]:
    """Compare all files of two runs; a value that only one of them has is off."""
    lines: dict[str, Line] = {}
    for file in sorted(one | other):
        first, second = one.get(file, {}), other.get(file, {})
        for name in first | second:
            pair = first.get(name, ABSENT), second.get(name, ABSENT)
            tolerance = tolerances.of(name, *pair)
            line = lines.setdefault(tolerance.name, Line(place, tolerance))
            _add(line, f"{file} {name}", pair, sides)
    return list(lines.values())


def compare_scores(place: str, one: Values, other: Values, sides: tuple[str, str]) -> Line:
    """Compare the scores of two runs, row by row."""
    line = Line(place, tolerances.SCORE)
    for row in one | other:
        _add(line, f"test row {row}", (one.get(row, ABSENT), other.get(row, ABSENT)), sides)
    return line


def _add(line: Line, name: str, pair: tuple[Any, Any], sides: tuple[str, str]) -> None:
    line.compared += 1
    apart = _apart(*pair)
    if line.tolerance.apart is None:
        line.apart += apart > 0  # digests have no distance: count those that differ
        return
    line.apart = max(line.apart, apart)
    if apart > line.tolerance.apart:
        line.off.append(f"{name}: {sides[0]} {pair[0]!r}, {sides[1]} {pair[1]!r}")


def _apart(one: Any, other: Any) -> float:
    if one == other:
        return 0.0
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) if math.isfinite(one - other) else math.inf
    return math.inf
