"""One promise beside its measurement, in one of three states."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from churn.page import numbers
from churn.page.numbers import Spell
from churn.params.kpi import Bound

State = Literal["met", "not met", "unknown"]


@dataclass(frozen=True)
class Promise:
    """What was promised and measured, as a reader is to see it, with the numbers behind it where there are such.

    `why` says what an unknown state lacks; `command` measures it again.
    """

    about: str
    promise: str
    target: str
    measured: str
    interval: str
    state: State
    why: str
    command: str
    value: float | None = None
    low: float | None = None
    high: float | None = None

    def plain(self) -> dict[str, Any]:
        """Give it as JSON holds it."""
        return asdict(self)


def judged(about: str, promise: str, bound: Bound, metric: Any, spell: Spell, command: str) -> Promise:
    """Hold a metric `{value, low, high, reason?}` against a bound: its whole interval must lie on one side."""
    value, within, reason = numbers.parts(metric, spell)
    told = metric if isinstance(metric, dict) else {}
    known = {name: told[name] if numbers.known(told.get(name)) else None for name in ("value", "low", "high")}
    state, why = _state(bound, known["low"], known["high"], reason)
    return Promise(about, promise, target(bound, spell), value, within, state, why, command, **known)


def single(about: str, promise: str, bound: Bound, value: float | None, why: str, command: str) -> Promise:
    """Hold a figure that has no interval against a bound."""
    state, lacking = _state(bound, value, value, why)
    spelt = numbers.plain(value)
    return Promise(about, promise, target(bound, numbers.plain), spelt, "", state, lacking, command, value)


def unknown(about: str, promise: str, target: str, why: str, command: str) -> Promise:
    """Say that nothing is known of a promise, and why."""
    return Promise(about, promise, target, numbers.UNKNOWN, "", "unknown", why, command)


def target(bound: Bound, spell: Spell) -> str:
    """Spell a bound, without digits that it does not have."""
    spell = numbers.plain if spell is numbers.decimal else spell
    least, most = bound.at_least, bound.at_most
    if least is not None and most is not None:
        return f"{spell(least)} to {spell(most)}"
    return f"at least {spell(least)}" if least is not None else f"at most {spell(most)}"


def _state(bound: Bound, low: float | None, high: float | None, reason: str) -> tuple[State, str]:
    if low is None or high is None:
        return "unknown", reason or "no interval was measured"
    least = -float("inf") if bound.at_least is None else bound.at_least
    most = float("inf") if bound.at_most is None else bound.at_most
    if least <= low and high <= most:
        return "met", ""
    if high < least or low > most:
        return "not met", ""
    return "unknown", "not shown: the interval lies on both sides of the target"
