"""The words in which a contract is spelt."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol


class Columns(Protocol):
    """Columns by name: a pandas table or a dict of numpy arrays; both compare and combine the same way."""

    def __getitem__(self, name: str, /) -> Any:
        """Give one column."""

    def __contains__(self, name: object, /) -> bool:
        """Say whether the column is there."""


@dataclass(frozen=True)
class Blank:
    """A blank in `column` stands for `value` where `where` equals `equals`; any other blank is an error."""

    column: str
    value: float
    where: str
    equals: float


@dataclass(frozen=True)
class Rule:
    """A business rule over whole columns; more than `max_share` of rows breaking it stops the run."""

    name: str
    broken: Callable[[Columns], Any]
    max_share: float
    why: str


@dataclass(frozen=True)
class Segment:
    """A group of customers for whom results are also reported; `edges` cut a number into bands."""

    column: str
    edges: tuple[float, ...] = ()


@dataclass(frozen=True)
class Lever:
    """What the firm can change for one customer: `column` goes from a value in `start` to `goal`.

    `adds` says what that adds to number columns, such as the bill; `needs` lists what other columns must hold.
    """

    words: str
    column: str
    start: tuple[Any, ...]
    goal: Any
    adds: tuple[tuple[str, float], ...] = ()
    needs: tuple[tuple[str, tuple[Any, ...]], ...] = ()
