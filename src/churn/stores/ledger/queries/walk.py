"""A walk down the offers, the best first: each is called or, by the lot, held out, until capacity or budget ends."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Sum:
    """Customers, and what their offers are expected to bring and to cost."""

    customers: int = 0
    expected_value: float = 0.0
    cost: float = 0.0

    def add(self, value: float, cost: float) -> None:
        """Count one more."""
        self.customers += 1
        self.expected_value += value
        self.cost += cost


@dataclass(slots=True)
class Arm:
    """One arm: the sum of all of it, and who stands on the page that is wanted."""

    start: int
    stop: int
    all: Sum = field(default_factory=Sum)
    page: list[str] = field(default_factory=list)

    def take(self, name: str, value: float, cost: float) -> None:
        """Add a customer."""
        if self.start <= self.all.customers < self.stop:
            self.page.append(name)
        self.all.add(value, cost)


@dataclass(slots=True)
class Walk:
    """Both arms of a call list, and the calls that follow where it ends.

    Whoever is held out stands where a call would have been made, so that the arms differ by chance alone: the first
    offer for which there is no room, of whichever arm, ends both.
    """

    called: Arm
    held: Arm
    capacity: int | None
    budget: float | None
    more: int
    """How many calls to follow beyond the end."""
    is_held: Callable[[str], bool]
    beyond: Sum = field(default_factory=Sum)
    ended: bool = False

    @property
    def over(self) -> bool:
        """Tell whether no further offer matters."""
        return self.ended and self.beyond.customers >= self.more

    def meet(self, name: str, value: float, cost: float) -> None:
        """Come to the next best offer."""
        self.ended = self.ended or not self._room(cost)
        held = self.is_held(name)
        if not self.ended:
            (self.held if held else self.called).take(name, value, cost)
        elif not held:
            self.beyond.add(value, cost)

    def _room(self, cost: float) -> bool:
        made = self.called.all
        return (self.capacity is None or made.customers < self.capacity) and (
            self.budget is None or made.cost + cost <= self.budget
        )
