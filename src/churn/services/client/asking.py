"""A method for every call: waiting for its answer, or giving something to await."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from churn.services.client.call import Call

T = TypeVar("T")
P = ParamSpec("P")


class Sender(Protocol):
    """Whoever sends a call and waits."""

    def send(self, call: Call[Any]) -> Any:
        """Send a call."""


class AsyncSender(Protocol):
    """Whoever sends a call without waiting."""

    def send(self, call: Call[Any]) -> Awaitable[Any]:
        """Send a call."""


def asks(spell: Callable[P, Call[T]]) -> Callable[Concatenate[Sender, P], T]:
    """Make a method that spells a call and waits for its answer."""

    @wraps(spell)
    def ask(self: Sender, /, *args: P.args, **options: P.kwargs) -> T:
        found: T = self.send(spell(*args, **options))
        return found

    return ask


def awaits(spell: Callable[P, Call[T]]) -> Callable[Concatenate[AsyncSender, P], Awaitable[T]]:
    """Make a method that spells a call and gives its answer to await."""

    @wraps(spell)
    def ask(self: AsyncSender, /, *args: P.args, **options: P.kwargs) -> Awaitable[T]:
        return self.send(spell(*args, **options))

    return ask
