"""Invented customers in the raw file's columns, for tests that need no real ones."""

import numpy as np
import pandas as pd

from churn import contract


def invent(rows: int = 600, seed: int = 0) -> pd.DataFrame:
    """Invent raw rows as text: month-to-month contracts, short tenure and fibre raise the risk."""
    draw = np.random.default_rng(seed)

    def pick(*values: str) -> np.ndarray:
        return draw.choice(np.array(values, dtype=object), rows)

    phone, internet = pick("Yes", "Yes", "No"), pick("DSL", "Fiber optic", "No")
    tenure, monthly = draw.integers(0, 73, rows), draw.uniform(18.25, 118.75, rows).round(2)
    table = pd.DataFrame({contract.ID: [f"{number:04d}-TEST" for number in range(rows)]})
    table["gender"] = pick("Female", "Male")
    table["SeniorCitizen"] = pick("0", "0", "0", "1")
    table["Partner"], table["Dependents"] = pick("No", "Yes"), pick("No", "Yes")
    table["tenure"] = tenure.astype(str)
    table["PhoneService"] = phone
    table["MultipleLines"] = np.where(phone == "No", "No phone service", pick("No", "Yes"))
    table["InternetService"] = internet
    for name in contract.ADD_ONS:
        table[name] = np.where(internet == "No", "No internet service", pick("No", "Yes"))
    table["Contract"] = pick("Month-to-month", "Month-to-month", "One year", "Two year")
    table["PaperlessBilling"] = pick("No", "Yes")
    table["PaymentMethod"] = pick(
        "Bank transfer (automatic)", "Credit card (automatic)", "Electronic check", "Mailed check"
    )
    table["MonthlyCharges"] = [f"{value:.2f}" for value in monthly]
    total = [f"{value:.2f}" if months else " " for value, months in zip(tenure * monthly, tenure, strict=True)]
    table["TotalCharges"] = total
    odds = -1.0 + 1.2 * (table["Contract"] == "Month-to-month") + 0.8 * (internet == "Fiber optic") - 0.04 * tenure
    table[contract.TARGET] = np.where(draw.random(rows) < 1 / (1 + np.exp(-odds)), "Yes", "No")
    table = table.astype("str")
    table.index = pd.RangeIndex(2, rows + 2)
    return table
