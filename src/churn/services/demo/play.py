"""Weeks of the market through a running API: scores, calls and those held out, outcomes told late, complaints."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np

from churn import contract
from churn.services.client.client import ChurnClient
from churn.services.demo import truth
from churn.services.demo.calendar import WEEK, Calendar
from churn.services.demo.market import Chosen, Market

SIMULATED: Any = "simulated"
BATCH = 5000
CALLED = 0.03
"""Calls of a week, as a share of all customers."""
ASKING = 0.02
"""Who is scored on a day between two runs, because something about the customer changed."""
LEFT_ALONE = 0.002
"""Who complains, withdraws consent or moves in a week."""
REASONS = {"complaint": 180, "no consent": 1800, "moved": 365}
"""Why somebody is to be left in peace, and for how many days from the end of the demo."""
BILLS = 4 * WEEK
"""Every fourth week a run of bills shows who is still there."""
OFFER = "one year contract, 50 off"
COUNTED = ("scores", "refused", "calls", "held out", "outcomes", "left alone")


@dataclass(frozen=True)
class Run:
    """A week's run, in words."""

    words: str


@dataclass
class Play:
    """A market played through the API at which `client` asks; what was sent is counted."""

    client: ChurnClient
    market: Market
    calendar: Calendar
    counted: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))

    def days(self) -> Iterator[Run]:
        """Play day after day, and give each run of a week when it is done."""
        for day in range(self.calendar.days + 1):
            if day:
                self.market.live(day)
            if day % WEEK:
                self._between(day)
            else:
                self._week(day)
                yield Run(f"{self.calendar.date(day)}: {self.counted['scores']:,} scores so far")

    def _week(self, day: int) -> None:
        self._tell(day)
        self._leave_alone(day)
        self._score(self.market.listed(day), day)
        if day < self.calendar.days:  # the last list is left for whoever looks at the demo
            self._call(day)

    def _between(self, day: int) -> None:
        asking = self.market.listed(day) & (self.market.draw.random(len(self.market.names)) < ASKING)
        if not self.calendar.faulty(day) and self.calendar.faulty(day - 1):
            asking = self.market.listed(day)  # the source is mended: everybody is scored again
        self._score(asking, day)

    def _score(self, chosen: Chosen, day: int) -> None:
        rows = self.market.rows(chosen, day)
        if self.calendar.faulty(day):
            rows = [_renamed(row) for row in rows]
        for start in range(0, len(rows), BATCH):
            told = self.client.predict_batch(rows[start : start + BATCH], observed_at=self.calendar.at(day))
            self.counted["scores"] += told.scored
            self.counted["refused"] += told.rejected

    def _call(self, day: int) -> None:
        """Work through the service's own list; who left in secret does not answer and is not noted."""
        size, ahead = int(CALLED * len(self.market.names)), self.calendar.days - day
        rest = truth.HORIZON + ahead  # days seen from today, for the service counts from there
        rows = []
        for arm in ("call", "held_out"):
            asked = self.client.call_list(capacity=size, limit=size, rest_days=rest, arm=arm, purpose=SIMULATED)
            rows += [self._noted(one.customer_id, arm == "held_out", n, day) for n, one in enumerate(asked.calls)]
        found = [row for row in rows if row]
        if found:
            self.client.contacts(found, purpose=SIMULATED)

    def _noted(self, name: str, held: bool, number: int, day: int) -> dict[str, Any]:
        place = self.market.place[name]
        if not self.market.here(day)[place]:
            return {}
        if not held:
            self.market.call(place, day)
        self.counted["held out" if held else "calls"] += 1
        at = self.calendar.at(day) + timedelta(minutes=30 + number % 120)
        said = {"customer_id": name, "at": at.isoformat(), "channel": "phone", "held_out": held}
        return said if held else said | {"offer": OFFER}

    def _tell(self, day: int) -> None:
        """Tell of those who were heard to have left, and after a run of bills of those who have not."""
        new = (self.market.heard <= day) & (self.market.heard > day - WEEK)
        told = [self._outcome(number, True, int(self.market.leaves[number])) for number in np.flatnonzero(new)]
        if (self.calendar.days - day) % BILLS == 0 and day:
            told += [self._outcome(number, False, day) for number in np.flatnonzero(self.market.here(day))]
        for start in range(0, len(told), BATCH):
            self.counted["outcomes"] += self.client.outcomes(told[start : start + BATCH], purpose=SIMULATED).noted

    def _outcome(self, number: Any, churned: bool, day: int) -> dict[str, Any]:
        name, on = self.market.names[number], self.calendar.date(day)
        return {"customer_id": name, "churned": churned, "observed_on": on.isoformat()}

    def _leave_alone(self, day: int) -> None:
        asking = self.market.here(day) & (self.market.draw.random(len(self.market.names)) < LEFT_ALONE)
        for number, place in enumerate(np.flatnonzero(asking)):
            reason, days = list(REASONS.items())[number % len(REASONS)]
            until = self.calendar.now.date() + timedelta(days=days)
            self.client.suppress(str(self.market.names[place]), reason, until)
            self.counted["left alone"] += 1


def _renamed(row: dict[str, Any]) -> dict[str, Any]:
    """Spell a contract as the broken source does; it brings every second customer."""
    broken = row["Contract"] == "Month-to-month" and sum(map(ord, row[contract.ID or ""])) % 2 == 0
    return row | {"Contract": "Monthly"} if broken else row
