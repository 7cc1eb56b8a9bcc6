"""Customers and two models' probabilities for them, made by hand, for tests of what the gate asks."""

import numpy as np

import models
from churn.lifecycle.duel import Duel


def outcomes(rows):
    return rows["Churn"].eq("Yes").to_numpy()


def made(challenger, champion, rows=None, **changes):
    """Let two models say what they are told to."""
    rows = models.test_rows(**changes) if rows is None else rows
    said = [np.broadcast_to(np.asarray(one, float), len(rows)).copy() for one in (challenger, champion)]
    return Duel(rows, *said)


def leaning(rows, by, where=True):
    """Lean from the churn rate towards the outcome by so much: below 0 is away from it."""
    return np.where(where, 0.3 + by * (outcomes(rows) - 0.3), 0.3)
