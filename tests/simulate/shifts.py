"""Named changes of a population, drawn afresh as a batch."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from simulate.population import draw

Shifted = Callable[[int, np.random.Generator], pd.DataFrame]
UNSEEN, UNSEEN_SHARE = "Three year", 0.01
QUIET = ("gender 50 to 65 % female",)
"""Shifts of what says nothing about churn: they are to be noted, not to alarm."""


def _priced(factor: float) -> Shifted:
    def shifted(rows: int, rng: np.random.Generator) -> pd.DataFrame:
        batch = draw(rows, rng)
        return batch.assign(MonthlyCharges=(batch["MonthlyCharges"] * factor).round(2))

    return shifted


def _mixed(column: str, value: str, points: float) -> Shifted:
    """Draw customers until the share of a value has grown; each is a whole customer, so all else goes with it."""

    def shifted(rows: int, rng: np.random.Generator) -> pd.DataFrame:
        crowd = draw(4 * rows, rng)
        inside = crowd[column].eq(value).to_numpy()
        wanted = int(rng.binomial(rows, inside.mean() + points))
        chosen = [*np.flatnonzero(inside)[:wanted], *np.flatnonzero(~inside)[: rows - wanted]]
        return crowd.iloc[chosen].reset_index(drop=True)

    return shifted


def _halved(rows: int, rng: np.random.Generator) -> pd.DataFrame:
    batch = draw(rows, rng)
    return batch.assign(tenure=(batch["tenure"] / 2).round())


def _unseen(rows: int, rng: np.random.Generator) -> pd.DataFrame:
    """Name a contract as nobody did before, for one customer in a hundred."""
    batch = draw(rows, rng)
    return batch.assign(Contract=batch["Contract"].mask(np.arange(rows) < UNSEEN_SHARE * rows, UNSEEN))


def _constant(rows: int, rng: np.random.Generator) -> pd.DataFrame:
    return draw(rows, rng).assign(PaymentMethod="Electronic check")


def _cents(rows: int, rng: np.random.Generator) -> pd.DataFrame:
    batch = draw(rows, rng)
    return batch.assign(TotalCharges=batch["TotalCharges"] * 100)


SHIFTS: dict[str, Shifted] = {
    "prices +10 %": _priced(1.1),
    "prices +20 %": _priced(1.2),
    "fiber share +10 points": _mixed("InternetService", "Fiber optic", 0.10),
    "fiber share +15 points": _mixed("InternetService", "Fiber optic", 0.15),
    "tenure halved": _halved,
    "one unseen category": _unseen,
    "one constant column": _constant,
    "TotalCharges in cents": _cents,
    "gender 50 to 65 % female": _mixed("gender", "Female", 0.15),
}
