"""Shares and means with 95 % intervals in closed form: they stand also where resampling fails, near 0 and 1."""

import numpy as np

from churn.steps.evaluate.intervals import Interval
from churn.steps.evaluate.scored import Flags, Numbers, effective

NORMAL = 1.959964
"""Half the width of a 95 % interval, in standard errors."""


def share(hits: float, of: float, least: int, nobody: str) -> Interval:
    """Give a share with Wilson's interval; `nobody` says why there is none of nothing, `least` guards the interval."""
    if not of:
        return Interval(None, reason=nobody)
    rate = hits / of
    if of < least:
        return Interval(rate, reason=_few(of, least))
    low, high = wilson(np.array(rate), np.array(of))
    return Interval(rate, max(float(low), 0.0), min(float(high), 1.0))


def portion(hit: Flags, among: Flags, weight: Numbers, least: int, nobody: str) -> Interval:
    """Give the share of some customers among others, each weighing as many as it stands for."""
    heavy, of = weight[among], effective(weight[among])
    return share(float(weight[hit & among].sum() / heavy.sum() * of) if len(heavy) else 0.0, of, least, nobody)


def wilson(rate: Numbers, of: Numbers) -> tuple[Numbers, Numbers]:
    """Give the ends of Wilson's intervals of rates among so many."""
    pull = NORMAL**2 / of
    middle = (rate + pull / 2) / (1 + pull)
    half = np.sqrt(pull * (rate * (1 - rate) + pull / 4)) / (1 + pull)
    return middle - half, middle + half


def mean(values: Numbers, least: int, weight: Numbers | None = None) -> Interval:
    """Give a mean with the normal interval; fewer than `least` values leave it without."""
    if not len(values):
        return Interval(None, reason="nobody is there")
    heavy = np.ones(len(values)) if weight is None else weight
    middle = float(np.average(values, weights=heavy))
    if len(values) < max(least, 2):
        return Interval(middle, reason=_few(len(values), least))
    if np.ptp(values) == 0:
        return Interval(middle, reason="all customers have the same")
    unbiased = np.sqrt(len(values) / (len(values) - 1))
    half = NORMAL * float(np.sqrt((heavy**2 * (values - middle) ** 2).sum()) / heavy.sum() * unbiased)
    return Interval(middle, float(middle - half), float(middle + half))


def quotient(above: Numbers, below: Numbers, least: int, weight: Numbers | None = None) -> Interval:
    """Give the ratio of two sums over the same customers, with the interval of its linearised error."""
    if not len(below) or below.sum() <= 0:
        return Interval(None, reason="nobody is there")
    heavy = np.ones(len(below)) if weight is None else weight
    ratio = float(heavy @ above / (heavy @ below))
    around = mean((above - ratio * below) / np.average(below, weights=heavy), least, heavy)
    if around.low is None or around.high is None:
        return Interval(ratio, reason=around.reason)
    return Interval(ratio, ratio + around.low, ratio + around.high)


def difference(one: Interval, other: Interval) -> Interval:
    """Subtract two independent figures; the interval follows from theirs (Newcombe 1998, Zou and Donner 2008)."""
    if (why := _unknown(one, other)) or one.value is None or other.value is None:
        return Interval(None, reason=why)
    value = one.value - other.value
    down, up = _sides(one, other, one.value, other.value)
    return Interval(value, value - down, value + up)


def ratio(one: Interval, other: Interval) -> Interval:
    """Divide two independent figures; the interval follows from theirs on the log scale."""
    if (why := _unknown(one, other)) or one.value is None or other.value is None:
        return Interval(None, reason=why)
    if min(one.low or 0, other.low or 0) <= 0:
        return Interval(None, reason="one of the two may be 0")
    value = one.value / other.value
    down, up = _sides(_log(one), _log(other), np.log(one.value), np.log(other.value))
    return Interval(value, float(value / np.exp(down)), float(value * np.exp(up)))


def _sides(one: Interval, other: Interval, first: float, second: float) -> tuple[float, float]:
    low, high = (one.low or 0.0, other.low or 0.0), (one.high or 0.0, other.high or 0.0)
    return float(np.hypot(first - low[0], high[1] - second)), float(np.hypot(high[0] - first, second - low[1]))


def _log(one: Interval) -> Interval:
    value, low, high = (None if end is None else float(np.log(end)) for end in (one.value, one.low, one.high))
    return Interval(value, low, high)


def _unknown(*figures: Interval) -> str:
    return next((figure.reason or "no interval" for figure in figures if figure.low is None), "")


def _few(of: float, least: int) -> str:
    return f"of only {of:.0f} customers, an interval needs {least}"
