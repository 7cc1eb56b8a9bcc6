"""What is true in the demo's market, written down so that what the dashboard measures can be held against it."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churn.errors import ContractError

Numbers = NDArray[np.float64]

HORIZON = 30
"""Days to which the risk speaks, as the model's does."""
BASE, OF_TENURE = -0.34, -0.61
"""Log-odds of leaving within the horizon; the second for each unit of log(1 + months since joining)."""
ODDS: dict[tuple[str, str | int], float] = {
    ("Contract", "Month-to-month"): 0.64,
    ("Contract", "Two year"): -0.90,
    ("InternetService", "Fiber optic"): 0.97,
    ("InternetService", "No"): -1.09,
    ("PaymentMethod", "Electronic check"): 0.40,
    ("PaperlessBilling", "Yes"): 0.42,
    ("OnlineSecurity", "Yes"): -0.36,
    ("TechSupport", "Yes"): -0.24,
    ("SeniorCitizen", 1): 0.29,
}
"""A logistic regression of ten terms over the public table, rounded: near what a model can learn, and not the model."""
SAVED = 0.4
"""Of those who would leave within the horizon, a call keeps so many; the campaign's own assumption is another."""
RAISED, RISE = ("PaymentMethod", "Electronic check"), 0.15
"""Incident 2: whose price rises, and by how much."""
ANGER = 0.9
"""Log-odds that the rise adds; no model has seen it."""


def odds(table: pd.DataFrame) -> Numbers:
    """Give each customer's log-odds before tenure and prices, shape (n,). Raises ContractError."""
    if missing := {column for column, _ in ODDS} - set(table.columns):
        raise ContractError(f"the demo plays the public table of telco customers; contract.py has no {min(missing)}")
    found = np.full(len(table), BASE)
    for (column, value), shift in ODDS.items():
        found += shift * (table[column] == value).to_numpy()
    return found


def chance(shifted: Numbers, tenure: Numbers) -> Numbers:
    """Give the chance to leave within the horizon when nobody calls."""
    return 1 / (1 + np.exp(-(shifted + OF_TENURE * np.log1p(tenure))))


def of_a_day(risk: Numbers) -> Numbers:
    """Give the chance to leave on one day of the horizon."""
    return 1 - (1 - risk) ** (1 / HORIZON)
