"""Shares and their 95 % intervals: Wilson's for one, Newcombe's for the difference of two."""

from dataclasses import dataclass
from math import hypot, sqrt

Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def share(hits: float, of: float) -> Interval:
    """Give a share with Wilson's interval; `of` is at least 1."""
    rate, spread = hits / of, Z * Z / of
    centre = (rate + spread / 2) / (1 + spread)
    half = Z * sqrt(rate * (1 - rate) / of + spread / of / 4) / (1 + spread)
    return Interval(rate, min(max(0.0, centre - half), rate), max(min(1.0, centre + half), rate))


def difference(first: Interval, second: Interval) -> Interval:
    """Give first less second with Newcombe's interval (Statistics in Medicine 17, 1998, method 10)."""
    off = first.value - second.value
    down = hypot(first.value - first.low, second.high - second.value)
    up = hypot(first.high - first.value, second.value - second.low)
    return Interval(off, off - down, off + up)


def total(expected: float, variance: float) -> Interval:
    """Give a sum of many independent chances with its normal interval; it cannot fall below nothing."""
    half = Z * sqrt(max(variance, 0.0))
    return Interval(expected, max(0.0, expected - half), expected + half)
