"""What the gate says, and how each thing it asked came out."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Check(BaseModel):
    """One thing asked of a challenger: `value` against `bound`; `low` and `high` are its interval, if it has one."""

    model_config = ConfigDict(frozen=True)

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    bound: str
    met: bool

    @property
    def words(self) -> str:
        """Say the value, with its interval."""
        interval = f" [{self.low:g}, {self.high:g}]" if self.low is not None else ""
        return "missing" if self.value is None else f"{self.value:g}{interval}"


class Verdict(BaseModel):
    """What the gate says of one challenger against one champion (None: there was none)."""

    model_config = ConfigDict(frozen=True)

    state: Literal["pass", "fail", "unknown"]
    reason: str
    challenger: str
    champion: str | None
    rows: int = 0
    checks: list[Check] = []
    regression: list[Check] = []
    """How the challenger does on the whole test table and on its older periods: a report, without a vote."""
