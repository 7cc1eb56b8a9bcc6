"""What was read from an experiment, once, at its end."""

from dataclasses import asdict, dataclass, field
from statistics import NormalDist
from typing import Any, Literal

State = Literal["better", "worse", "alike", "unknown"]
"""Of the challenger; `alike` means that neither was shown."""
ADVICE = {
    "better": "the challenger is the better one: promote it by the usual way, `churn promote`",
    "worse": "keep the champion; the challenger did worse",
    "alike": "keep the champion; the challenger was not shown to be better or worse",
    "unknown": "keep the champion; nothing can be read from this",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """The challenger less the champion, with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Reading:
    """State, words and figures; a recommendation and nothing more, for it moves no alias."""

    state: State
    words: str
    effect: Effect | None = None
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def recommendation(self) -> str:
        """Say what to do about it."""
        return ADVICE[self.state]

    def told(self) -> dict[str, Any]:
        """Give it as plain JSON."""
        return asdict(self) | {"recommendation": self.recommendation}


def unknown(words: str, figures: dict[str, Any]) -> Reading:
    """Say that nothing is read, and why."""
    return Reading("unknown", words, None, figures)


def unheard(known: int, due: int) -> str:
    """Say that too many outcomes are missing to read the others."""
    why = "leavers are often told before stayers, so nothing is read"
    return f"of {due:,} outcomes that are due {known:,} are known: {why}"


def effect(value: float, error: float, level: float) -> Effect:
    """Give a difference with its normal interval, two-sided at `level`."""
    half = NormalDist().inv_cdf((1 + level) / 2) * error
    return Effect(value, value - half, value + half)


def state(found: Effect) -> State:
    """Judge a difference of which more is better, by its whole interval."""
    return "better" if found.low > 0 else "worse" if found.high < 0 else "alike"
