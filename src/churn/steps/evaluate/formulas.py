"""Ranking and calibration over many weightings of the same customers at once.

A customer lies in a cell: customers of (nearly) the same probability. Arrays have shape (draws, cells), cells by rising
probability, and hold the weight of those who left (`left`) and of those who stayed (`stayed`).
"""

import numpy as np

from churn.steps.evaluate.scored import Numbers

TOP = 0.1
"""The share of customers whose churn is compared with everybody's by the lift."""
STEPS, CLOSE = 25, 1e-8


def roc_auc(left: Numbers, stayed: Numbers) -> Numbers:
    """Give the chance that a leaver stands above a stayer, a tie counting half, shape (draws,)."""
    below = stayed.cumsum(1) - stayed / 2
    return np.asarray((left * below).sum(1) / (left.sum(1) * stayed.sum(1)))


def pr_auc(left: Numbers, stayed: Numbers) -> Numbers:
    """Give the average precision, shape (draws,)."""
    hit, contacted = left[:, ::-1].cumsum(1), (left + stayed)[:, ::-1].cumsum(1)
    precision = hit / np.where(contacted > 0, contacted, 1)
    return np.asarray((precision * left[:, ::-1]).sum(1) / left.sum(1))


def gains(left: Numbers, stayed: Numbers) -> tuple[Numbers, Numbers]:
    """Contact the customers from the highest cell down.

    Gives the share contacted so far and the share of all leavers among them, shape (draws, cells + 1), from nobody to
    everybody.
    """
    start = np.zeros((len(left), 1))
    found = np.hstack([start, left[:, ::-1].cumsum(1)])
    contacted = np.hstack([start, (left + stayed)[:, ::-1].cumsum(1)])
    return contacted / contacted[:, -1:], found / found[:, -1:]


def lift(left: Numbers, stayed: Numbers) -> Numbers:
    """Give how many times the churn rate of all the TOP of customers has, shape (draws,); ties lend a fair share."""
    found = [np.interp(TOP, *curve) for curve in zip(*gains(left, stayed), strict=True)]
    return np.array(found) / TOP


def recalibration(score: Numbers, left: Numbers, stayed: Numbers) -> tuple[Numbers, Numbers]:
    """Fit log odds of leaving = intercept + slope x score by Newton's method; give both, shape (draws,).

    `score`, shape (cells,), is the log odds that the model gave. No fit: not a number.
    """
    fit = _newton(score, left, stayed, np.zeros(len(left)), np.ones(len(left)))
    lost = np.isnan(fit[1])
    if lost.any():  # a slope far from 1, such as a model that is wrong way round, is found from a slope of 0
        rate = np.log(left[lost].sum(1) / stayed[lost].sum(1))
        fit[:, lost] = _newton(score, left[lost], stayed[lost], rate, np.zeros(len(rate)))
    return fit[0], fit[1]


def _newton(score: Numbers, left: Numbers, stayed: Numbers, intercept: Numbers, slope: Numbers) -> Numbers:
    every = left + stayed
    for _ in range(STEPS):
        rate = 1 / (1 + np.exp(-np.clip(intercept[:, None] + slope[:, None] * score, -700, 700)))
        off, curve = left - every * rate, every * rate * (1 - rate)
        a, b, c = curve.sum(1), curve @ score, curve @ score**2
        over, along = off.sum(1), off @ score
        spread = a * c - b * b
        step = np.array([c * over - b * along, a * along - b * over]) / np.where(spread > 0, spread, np.nan)
        intercept, slope = intercept + step[0], slope + step[1]
        if not (np.abs(step) > CLOSE).any():
            break
    settled = (np.abs(step) <= CLOSE).all(0)
    return np.where(settled, np.array([intercept, slope]), np.nan)
