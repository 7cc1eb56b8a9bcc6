"""One window after another through the real API: outcomes, scores, calls."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from churn import columns, contract
from churn.services.client.client import ChurnClient
from gameday.calendar import Calendar
from gameday.diary import Page
from gameday.script import Script
from gameday.world import Month, World

Chosen = NDArray[np.bool_]
SIMULATED: Any = "simulated"
BATCH, PAGE = 500, 500
OFFER = "50 off"


@dataclass
class Play:
    """The world at the door of the service; what the house does about it stands in operator.py."""

    script: Script
    world: World
    calendar: Calendar
    client: ChurnClient
    scored: int = 0
    _last: tuple[Month, Chosen] | None = field(default=None, repr=False)

    def window(self, number: int, page: Page) -> Month:
        """Play a window until its last day."""
        page.outcomes = self._tell()
        month = self.world.month(number)
        said = self._score(month, page)
        called = self._call(month, page)
        page.earned = month.earned(said, self.world.campaign)
        page.churn = float(month.chance.mean())
        self.world.pass_by(month, called)
        self._last = (month, called)
        return month

    def _tell(self) -> int:
        """Tell what became of the customers of the window before."""
        if self._last is None:
            return 0
        month, called = self._last
        told, left = month.labels(called)
        rows = [self._outcome(month, place, bool(left[place])) for place in np.flatnonzero(told).tolist()]
        return sum(self.client.outcomes(part, purpose=SIMULATED).noted for part in _parts(rows))

    def _outcome(self, month: Month, place: int, left: bool) -> dict[str, Any]:
        days = self.calendar
        on = days.left(month.window, place) if left else days.known(month.window)
        return {"customer_id": str(month.names[place]), "churned": left, "observed_on": on.isoformat()}

    def _score(self, month: Month, page: Page) -> NDArray[np.float64]:
        """Give each customer's probability; who was refused has none."""
        sent = month.sent.astype(dict.fromkeys(("SeniorCitizen", "tenure"), int))
        rows = sent[[contract.ID, *columns.names()]].to_dict("records")
        said, start = np.full(len(rows), np.nan), 0
        for part in _parts(rows):
            answer = self.client.predict_batch(part, observed_at=self.calendar.run(month.window))
            for one in answer.predictions:
                said[start + one.index] = one.churn_probability
            page.scored, page.refused = page.scored + answer.scored, page.refused + answer.rejected
            start += len(part)
        self.scored += page.scored
        return said

    def _call(self, month: Month, page: Page) -> Chosen:
        """Work through the service's own list, as far as the house has people; note who is left alone by chance."""
        place = {name: number for number, name in enumerate(month.names)}
        called, wanted = np.zeros(len(month.rows), bool), int(self.script.calls * len(month.rows))
        rows = []
        for held in (False, True):
            most = wanted if not held else round(wanted * self.world.campaign.holdout)
            for name in _first(self._listed("held_out" if held else "call"), place, most):
                called[place[name]] = not held
                rows.append(self._contact(name, held, month.window, len(rows)))
        for part in _parts(rows):
            self.client.contacts(part, purpose=SIMULATED)
        page.called, page.held_out = int(called.sum()), len(rows) - int(called.sum())
        return called

    def _listed(self, arm: Any) -> Iterator[str]:
        for offset in itertools.count(0, PAGE):
            told = self.client.call_list(arm=arm, limit=PAGE, offset=offset, purpose=SIMULATED)
            yield from (one.customer_id for one in told.calls)
            if len(told.calls) < PAGE:
                return

    def _contact(self, name: str, held: bool, window: int, number: int) -> dict[str, Any]:
        at = self.calendar.run(window) + timedelta(minutes=30 + number % 300)
        said = {"customer_id": name, "at": at.isoformat(), "channel": "phone", "held_out": held}
        return said if held else said | {"offer": OFFER}


def _first(names: Iterator[str], place: dict[Any, int], most: int) -> Iterator[str]:
    """Take the first who are customers of this window."""
    for name in names:
        if most and name in place:
            most -= 1
            yield name
        if not most:
            return


def _parts(rows: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), BATCH):
        yield list(rows[start : start + BATCH])
