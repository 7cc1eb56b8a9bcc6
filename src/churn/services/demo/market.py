"""The customers of the demo: they join, age, are called, and leave by the truth."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churn import columns, contract
from churn.services.demo import truth

Days = NDArray[np.int64]
Chosen = NDArray[np.bool_]

AT_FIRST = 0.5
"""The share that is there on the first day; the others join day by day, so that leavers are replaced."""
MONTH = 30
NEVER = 10**6
DELAYS = (2, 11)
"""Days until the firm hears that somebody left: from, until before."""
WHOLE_LIFE = 120
"""Months; the contract knows no longer tenure."""


@dataclass
class Market:
    """The customers of `table`, day by day; day 0 is the first. `rise` is the day on which prices rise."""

    table: pd.DataFrame
    days: int
    rise: int
    draw: np.random.Generator
    joins: Days = field(init=False)
    leaves: Days = field(init=False)
    heard: Days = field(init=False)
    called: Days = field(init=False)

    def __post_init__(self) -> None:
        """Draw who joins when, and take the table apart once."""
        size = len(self.table)
        late = self.draw.random(size) >= AT_FIRST
        self.joins = np.where(late, self.draw.integers(1, self.days + 1, size), 0)
        self.leaves, self.called = np.full(size, NEVER), np.full(size, -NEVER)
        self.heard, self.first = np.full(size, NEVER), np.full(size, NEVER)
        self._alone, self._served = np.ones(size), np.ones(size)
        self.names = self.table[contract.ID].to_numpy()
        self.place = {name: number for number, name in enumerate(self.names)}
        self.raised = (self.table[truth.RAISED[0]] == truth.RAISED[1]).to_numpy()
        self._odds = truth.odds(self.table)
        self._rows: list[dict[Any, Any]] = self.table[[contract.ID, *columns.names()]].to_dict("records")
        self._tenure, self._monthly, self._total = (
            self.table[name].to_numpy(dtype=float) for name in ("tenure", "MonthlyCharges", "TotalCharges")
        )

    def live(self, day: int) -> None:
        """Let a day pass: some leave, and the firm will hear of it later."""
        risk = self.risk(day)
        kept = np.where(day - self.called <= truth.HORIZON, 1 - truth.SAVED, 1.0)
        self._compare(day, risk)
        going = self.here(day) & (self.draw.random(len(risk)) < truth.of_a_day(risk * kept))
        self.leaves[going] = day
        self.heard[going] = day + self.draw.integers(*DELAYS, int(going.sum()))

    def call(self, place: int, day: int) -> None:
        """Let a customer be called on a day, and remember the first time."""
        self.called[place] = day
        self.first[place] = min(self.first[place], day)

    @property
    def effect(self) -> tuple[float, float] | None:
        """Give how many would have left uncalled, and left called, of those first called a whole horizon ago.

        In expectation, by the truth alone; None where there is nobody.
        """
        mature = self.first <= self.days - truth.HORIZON
        if not mature.any():
            return None
        return float(1 - self._alone[mature].mean()), float(1 - self._served[mature].mean())

    def _compare(self, day: int, risk: truth.Numbers) -> None:
        """Follow the chance to be still there, called and uncalled, of those called within the horizon."""
        within = (day > self.first) & (day - self.first <= truth.HORIZON)
        self._alone[within] *= 1 - truth.of_a_day(risk)[within]
        self._served[within] *= 1 - truth.of_a_day(risk * (1 - truth.SAVED))[within]

    def here(self, day: int) -> Chosen:
        """Tell who really is a customer on a day."""
        found: Chosen = (self.joins <= day) & (self.leaves > day)
        return found

    def listed(self, day: int) -> Chosen:
        """Tell whom the firm takes for a customer: also who left and has not been heard of."""
        found: Chosen = (self.joins <= day) & (self.heard > day)
        return found

    def risk(self, day: int) -> truth.Numbers:
        """Give everybody's true chance to leave within the horizon when nobody calls."""
        shifted = self._odds + truth.ANGER * (self.raised & (day >= self.rise))
        return truth.chance(shifted, self._months(day))

    def rows(self, chosen: Chosen, day: int) -> list[dict[str, Any]]:
        """Give the records of some customers as they stand on a day."""
        since_rise = np.where(self.raised, max(day - self.rise, 0) // MONTH, 0)
        monthly = self._monthly * np.where(self.raised & (day >= self.rise), 1 + truth.RISE, 1.0)
        more = self._monthly * (self._months(day) - self._tenure + truth.RISE * since_rise)
        cells = {"tenure": self._months(day).astype(int), "MonthlyCharges": monthly, "TotalCharges": self._total + more}
        listed = {name: np.round(values, 2).tolist() for name, values in cells.items()}
        return [
            self._rows[number] | {name: values[number] for name, values in listed.items()}
            for number in np.flatnonzero(chosen).tolist()
        ]

    def _months(self, day: int) -> truth.Numbers:
        aged = np.maximum(day - self.joins, 0) // MONTH
        months: truth.Numbers = np.minimum(self._tenure + aged, WHOLE_LIFE)
        return months
