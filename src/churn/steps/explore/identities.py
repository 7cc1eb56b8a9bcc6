"""What the columns repeat of each other: a number that others give, values that always come together."""

from itertools import combinations, permutations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churn.steps.explore.association import crossed
from churn.steps.explore.groups import DIGITS, Groups, rounded

NEAR = 0.05
"""One number gives another when half of the rows lie this close, relative to the larger."""
SEARCHED = 20_000
"""Identities are looked for on at most this many rows, evenly spread, and then measured on all."""
FEWEST = 20
"""With fewer rows than this, everything resembles everything."""

Numbers = dict[str, NDArray[np.float64]]


def of_numbers(numbers: dict[str, pd.Series]) -> list[dict[str, Any]]:
    """Find the numbers that are a constant times another, or times the product of two others."""
    all_rows = {name: found.to_numpy(dtype=np.float64) for name, found in numbers.items() if found.nunique() > 1}
    step = max(-(-max(map(len, all_rows.values()), default=0) // SEARCHED), 1)
    some = {name: cells[::step] for name, cells in all_rows.items()}
    simple = [((b, (a,))) for a, b in combinations(some, 2) if _near(some, b, (a,))]
    bound = {name for goal, (factor,) in simple for name in (goal, factor)}
    free = [name for name in some if name not in bound]
    triples = ((c, (a, b)) for c, a, b in permutations(free, 3) if a < b)
    return [_line(all_rows, goal, factors) for goal, factors in [*simple, *(t for t in triples if _near(some, *t))]]


def of_values(grouped: dict[str, Groups]) -> list[dict[str, Any]]:
    """Find the values of different columns that hold for exactly the same customers."""
    together: list[set[tuple[str, str]]] = []
    for a, b in combinations(grouped, 2):
        for i, j in _equal(grouped[a], grouped[b]):
            pair = {(a, grouped[a].labels[i]), (b, grouped[b].labels[j])}
            joined = [one for one in together if one & pair]
            together = [one for one in together if not one & pair] + [pair.union(*joined)]
    order = {name: place for place, name in enumerate(grouped)}
    found = [sorted(one, key=lambda value: order[value[0]]) for one in together]
    return [{"values": [list(value) for value in one], "rows": _rows(grouped, one[0])} for one in found]


def _equal(one: Groups, other: Groups) -> list[tuple[int, int]]:
    """List the pairs of groups that hold the same rows, where the others are not empty."""
    both = crossed(one, other)
    same = (both == one.rows[:, None]) & (both == other.rows[None, :]) & (both > 0) & (both < both.sum())
    return [(int(i), int(j)) for i, j in np.argwhere(same)]


def _rows(grouped: dict[str, Groups], value: tuple[str, str]) -> int:
    groups = grouped[value[0]]
    return int(groups.rows[groups.labels.index(value[1])])


def _near(numbers: Numbers, goal: str, factors: tuple[str, ...]) -> bool:
    error, _ = _errors(numbers, goal, factors)
    return len(error) >= FEWEST and float(np.median(error)) <= NEAR


def _line(numbers: Numbers, goal: str, factors: tuple[str, ...]) -> dict[str, Any]:
    error, times = _errors(numbers, goal, factors)
    within = round(float((error <= NEAR).mean()), DIGITS)
    return {
        "column": goal, "factors": list(factors), "times": rounded(times), "rows": len(error),
        "median_error": rounded(np.median(error)), "within": within, "near": NEAR,
    }  # fmt: skip


def _errors(numbers: Numbers, goal: str, factors: tuple[str, ...]) -> tuple[NDArray[np.float64], float]:
    """Give each row's distance from the identity, relative to the larger side, and the constant that fits best."""
    there, product = numbers[goal], np.prod([numbers[name] for name in factors], axis=0)
    chosen = np.isfinite(there + product) & (product != 0) & (there != 0)
    there, product = there[chosen], product[chosen]
    if not len(there):
        return np.array([]), float("nan")
    times = float(np.median(there / product))
    return np.abs(there - times * product) / np.maximum(np.abs(there), np.abs(times * product)), times
