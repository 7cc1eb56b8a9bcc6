"""The game-day file: how long it lasts, what happens in it, and what is asked of the house."""

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, TypeAdapter, model_validator

from churn.params.section import Count, Money, Positive, Section, Share

FILE = Path(__file__).with_name("gameday.yaml")

Window = Annotated[int, Field(ge=0)]


class Term(Section):
    """A group of customers, by values or above a number, and what is added to their log odds of leaving."""

    column: str
    values: list[str] | None = None
    above: float | None = None
    log_odds: float


class Incident(Section):
    """What happens in windows `first` to `last`; None where it stays for good.

    Kinds of reading in `shown_by` show it; alarms of these and of those it `excuses` are no false ones until the window
    in which all is `over`.
    """

    name: str
    words: str
    first: Window
    last: Window | None
    harmful: bool
    evidence: Literal["arrival", "maturity"]
    shown_by: list[str]
    excuses: list[str]
    over: Window
    before_lost: Money | None = None

    @property
    def seen_from(self) -> int:
        """Give the first window at whose end the evidence is there: outcomes are known a window later."""
        return self.first + (self.evidence == "maturity")

    def on(self, window: int) -> bool:
        """Tell whether it goes on in a window."""
        return self.first <= window and (self.last is None or window <= self.last)

    def explains(self, window: int, kind: str) -> bool:
        """Tell whether an alarm of this kind in this window is no false one."""
        return kind in {*self.shown_by, *self.excuses} and self.first <= window <= self.over


class Unit(Incident):
    """A number that arrives in another unit, for a share of the customers."""

    kind: Literal["unit"]
    column: str
    factor: Positive
    share: Share


class Rename(Incident):
    """A value that arrives under another name, for a share of the customers who have it."""

    kind: Literal["rename"]
    column: str
    value: str
    into: str
    share: Share


class Mix(Incident):
    """A value that is met more often; whoever has it is a customer like those who had it before."""

    kind: Literal["mix"]
    column: str
    value: str
    times: Positive


class Concept(Incident):
    """Who leaves changes, at full strength after `ramp` windows; no column shows it."""

    kind: Literal["concept"]
    ramp: Count
    terms: list[Term]

    def strength(self, window: int) -> float:
        """Give how much of the change has come, from 0 to 1."""
        return min(max(window - self.first + 1, 0) / self.ramp, 1.0) if self.on(window) else 0.0


class Outage(Incident):
    """No outcome is told."""

    kind: Literal["outage"]


class Poison(Incident):
    """A share of the outcomes told is the wrong way round."""

    kind: Literal["poison"]
    share: Share


Incidents = Annotated[Unit | Rename | Mix | Concept | Outage | Poison, Field(discriminator="kind")]


class Costs(Section):
    """What a policy's doings cost, in the campaign's currency."""

    retrain: Money
    promotion: Money


class Bars(Section):
    """What the house must reach."""

    detected_within: Window
    recovered: Share
    recovered_within: Count
    rollback_seconds: Positive
    wrong_below: Money


class Script(Section):
    """The whole game-day file."""

    seed: Annotated[int, Field(ge=0)]
    windows: Count
    rows: Count
    calls: Share
    labels_told: Share
    costs: Costs
    knobs: dict[str, dict[str, Any]]
    incidents: list[Incidents]
    bars: Bars

    @model_validator(mode="after")
    def _names_differ(self) -> "Script":
        names = [one.name for one in self.incidents]
        if len(set(names)) < len(names):
            raise ValueError("incidents: two have one name")
        if late := [one.name for one in self.incidents if one.seen_from >= self.windows]:
            raise ValueError(f"incidents: {late[0]} shows itself only after the last window")
        return self

    def going_on(self, window: int) -> list[Incident]:
        """List what goes on in a window."""
        return [one for one in self.incidents if one.on(window)]


def read(path: Path = FILE, **changes: int) -> Script:
    """Read the game-day file, some numbers changed; what could not show itself in fewer windows is left out.

    Raises ValidationError.
    """
    told = yaml.safe_load(path.read_text(encoding="utf-8")) | changes
    if "windows" in changes:
        last = changes["windows"] - 1
        told["incidents"] = [one for one in told["incidents"] if one["first"] + (one["evidence"] == "maturity") <= last]
    return TypeAdapter(Script).validate_python(told)
