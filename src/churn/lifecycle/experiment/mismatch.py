"""Whether a split, or what is known of its parts, is one that chance makes."""

from math import erfc, sqrt


def of_split(champion: int, challenger: int, share: float) -> float:
    """Give how likely customers split at least so unevenly, by chi-square with one degree; 1 where there are none."""
    total = champion + challenger
    if not total:
        return 1.0
    expected = total * share
    return erfc(sqrt((challenger - expected) ** 2 / (expected * (1 - share)) / 2))


def of_shares(hits: tuple[int, int], of: tuple[int, int]) -> float:
    """Give how likely two shares lie at least so far apart if they are one, by chi-square with one degree."""
    if not all(of):
        return 1.0
    pooled = sum(hits) / sum(of)
    variance = pooled * (1 - pooled) * (1 / of[0] + 1 / of[1])
    apart = hits[0] / of[0] - hits[1] / of[1]
    return erfc(abs(apart) / sqrt(2 * variance)) if variance else 1.0
