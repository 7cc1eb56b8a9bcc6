"""What the gate says, and how each thing it asked came out."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, computed_field, model_validator

from churn.lifecycle.migration import Migration

State = Literal["pass", "fail", "unknown"]
FORMAT = 2
"""Raised whenever the gate asks for other things than it did: an older verdict promotes nobody."""


class Check(BaseModel):
    """One thing asked of a challenger: `value` against `bound`; `low` and `high` are its interval, if it has one.

    `fail` is said only of what was shown to be out of bounds; what was not shown either way is `unknown`.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    bound: str
    state: State = "unknown"
    note: str = ""

    @model_validator(mode="before")
    @classmethod
    def _of_an_earlier_gate(cls, told: Any) -> Any:
        """Read what an earlier gate kept: met or not."""
        if isinstance(told, dict) and "met" in told:
            return {"state": "pass" if told["met"] else "fail"} | told
        return told

    @computed_field  # type: ignore[prop-decorator]  # mypy knows no computed property
    @property
    def met(self) -> bool:
        """Tell whether it came out as asked."""
        return self.state == "pass"

    @property
    def words(self) -> str:
        """Say the value with its interval, and how it came out."""
        interval = f" [{self.low:g}, {self.high:g}]" if self.low is not None else ""
        found = self.note or ("missing" if self.value is None else f"{self.value:g}{interval}")
        shown = {"fail": "shown to miss ", "unknown": "not shown: "}.get(self.state, "")
        return f"{self.name} {found}: {shown}{self.bound}"


class SegmentCheck(Check):
    """The paired gain within one group of customers; `unknown` here means too few to judge, and has no vote."""

    column: str
    group: str
    rows: int
    churners: int

    @property
    def words(self) -> str:
        """Say whose gain it is."""
        return f"{self.column} {self.group}: {self.note or super().words}"


class Rule(BaseModel):
    """How one way to the top came out."""

    model_config = ConfigDict(frozen=True)

    state: State = "unknown"
    reason: str = "not judged"
    checks: list[Check] = []


CUSTOMERS: Any = {"migration": {"__all__": {"flips"}}}


class Verdict(BaseModel):
    """What the gate says of one challenger against one champion (None: there was none)."""

    model_config = ConfigDict(frozen=True)

    format: int = 1
    state: State
    reason: str
    challenger: str
    champion: str | None
    rows: int = 0
    checks: list[Check] = []
    segments: list[SegmentCheck] = []
    refresh: Rule = Rule()
    """The other way: no worse, on newer data, and approved by a person."""
    regression: list[Check] = []
    """How the challenger does on the whole test table and on its older periods: a report, without a vote."""
    migration: dict[str, Migration] = {}
    """Who would change tier: among the rows that neither trained on, and in the whole test table."""

    def told(self) -> dict[str, Any]:
        """Give it as plain JSON for files and services: what it says of single customers stays in the registry."""
        return self.model_dump(mode="json", exclude=CUSTOMERS)


def rule(checks: Sequence[Check], shown: str) -> Rule:
    """Sum checks up: one shown to miss fails the rule, one not shown leaves it unknown."""
    states = {check.state for check in checks}
    state: State = "fail" if "fail" in states else "unknown" if "unknown" in states else "pass"
    said = "; ".join(check.words for check in checks if not check.met)
    return Rule(state=state, reason=said or f"shown on {shown}", checks=list(checks))


def above(name: str, interval: Any, bound: float, words: str) -> Check:
    """Ask that the whole interval lies above a bound; wholly below it is a fail."""
    state: State = "pass" if interval.low > bound else "fail" if interval.high < bound else "unknown"
    return Check(name=name, value=interval.value, low=interval.low, high=interval.high, bound=words, state=state)


def inside(name: str, interval: Any, low: float, high: float) -> Check:
    """Ask that the value lies in a range; an interval wholly outside is a fail, one that reaches in is unknown."""
    value, state = interval.value, "unknown"
    if low <= value <= high:
        state = "pass"
    elif interval.high < low or interval.low > high:
        state = "fail"
    found = {"value": value, "low": interval.low, "high": interval.high}
    return Check(name=name, **found, bound=f"{low:g} to {high:g}", state=state)
