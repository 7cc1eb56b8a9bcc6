"""How an experiment stands. Before its end only who was met is told, never what came of it: a look would be a test."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from churn.lifecycle.experiment import mismatch
from churn.lifecycle.experiment.running import Running
from churn.stores.ledger.queries import exposed

Phase = Literal["begun", "waiting", "readable", "over"]
"""Customers are taken in; their outcomes are waited for; it may be read; it was read or stopped."""
MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Standing:
    """An experiment and whom it has met; the numbers are None once it is over, for then its result holds them."""

    of: Running
    phase: Phase
    words: str
    champion: int | None = None
    challenger: int | None = None
    split_p: float | None = None

    @property
    def broken(self) -> bool:
        """Tell whether customers are shared out otherwise than was declared."""
        return self.split_p is not None and self.split_p < float(self.of.declared["mismatch"])


def standing(connection: Any, of: Running, now: int) -> Standing:
    """Count whom a running experiment has met so far; for a shadow, beside whose answer a shadow stands."""
    if of.state != "running":
        return Standing(of, "over", _over(of))
    met = exposed.answered(connection, of.followed)
    champion, challenger = met.get(of.champion, 0), met.get(of.challenger, 0)
    split = None
    if of.mode == "live":
        split = mismatch.of_split(champion, challenger, of.share)
    else:
        challenger = exposed.shadowed(connection, of.followed, of.challenger)
    phase: Phase = "begun" if now < of.ends else "waiting" if now < of.readable else "readable"
    found = Standing(of, phase, "", champion, challenger, split)
    return Standing(of, phase, _words(found), champion, challenger, split)


def _words(found: Standing) -> str:
    of = found.of
    said = {
        "begun": f"takes in customers until {day(of.ends)}; its result may be read from {day(of.readable)} on",
        "waiting": f"all customers are met; their outcomes are known on {day(of.readable)}, and it is read then",
        "readable": "may be read now: `churn experiment end`",
    }[found.phase]
    shadow = " have a shadow beside theirs" if of.mode == "shadow" else " by the challenger"
    met = f"{found.champion or 0:,} customers answered by the champion, {found.challenger or 0:,}{shadow}"
    broken = (
        f"; BROKEN: they do not split as declared (p {found.split_p:.1g}), nothing will be read" if found.broken else ""
    )
    return f"{met}; {said}{broken}"


def _over(of: Running) -> str:
    result = of.result or {}
    return ". ".join(str(result[name]) for name in ("words", "recommendation") if result.get(name)) or of.state


def day(at: int) -> str:
    """Spell a time for people."""
    return datetime.fromtimestamp(at / MICRO, UTC).strftime("%Y-%m-%d %H:%M UTC")
