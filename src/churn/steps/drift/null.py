"""How far apart a reference and a clean batch of these sizes fall by chance alone."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from churn.steps.drift.distances import Distance

CHUNK = 250
ROWS = 10_000
"""More rows of the reference than these draw no better null, only a slower one."""


def scale(reference: int, batch: int, rows: int) -> tuple[int, float]:
    """Say how many of `rows` play the batch, and what their distances are to be multiplied with.

    The rest of `rows` plays the reference, so the two are disjoint, as a true batch and its reference are; distances
    shrink with the root of 1 / reference + 1 / batch, which carries them to the true sizes.
    """
    played = min(batch, rows // 2)
    return played, float(np.sqrt((1 / reference + 1 / batch) / (1 / (rows - played) + 1 / played)))


def null(
    distances: Mapping[str, Distance], rows: int, played: int, draws: int, seed: int
) -> dict[str, NDArray[np.float64]]:
    """Draw disjoint pairs from `rows` rows, whole rows at a time; give each column's distances, shape (draws,)."""
    rng = np.random.default_rng(seed)
    found: dict[str, list[NDArray[np.float64]]] = {name: [] for name in distances}
    for start in range(0, draws, CHUNK):
        masks = np.zeros((min(CHUNK, draws - start), rows), dtype=bool)
        for mask in masks:
            mask[rng.choice(rows, played, replace=False, shuffle=False)] = True
        picked = np.ascontiguousarray(masks.T)
        for name, distance in distances.items():
            found[name].append(distance(picked))
    return {name: np.concatenate(parts) for name, parts in found.items()}
