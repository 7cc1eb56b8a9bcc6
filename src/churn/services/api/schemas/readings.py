"""What monitoring read, window by window, and what was decided upon it."""

from typing import Any, Literal

from pydantic import Field

from churn.services.api.schemas.told import Moment, Page, Paged, Purpose, Told, Version, shows

Kind = Literal[
    "volume", "latency", "errors", "refused", "drift", "prediction_drift", "estimated", "realised", "calibration",
    "segments", "outcomes", "labels",
]  # fmt: skip
ReadState = Literal["ok", "alarm", "unknown"]


class ReadingsAsked(Paged):
    """Which readings: of windows that ended in the last days, of these kinds."""

    days: int = Field(366, ge=1, le=3660)
    kind: list[Kind] = Field(default_factory=list, max_length=12, description="only these kinds; may be given again")
    newest: bool = Field(default=False, description="only the newest window of each kind and version")
    purpose: Purpose = "production"


class ReadingTold(Told):
    """One kind of figure over one window; what could not be judged is unknown, and `words` says why."""

    model_config = shows(
        kind="realised", model_version=3, since="2026-03-01T00:00:00Z", until="2026-03-31T00:00:00Z", state="ok",
        at="2026-05-01T00:00:05Z",
        words="log loss 0.421 on 5,912 outcomes, +0.004 against what the scores foresee; better scores would have "
        "earned -120 per 1,000 customers",
        figures={"labelled": 5912, "left": 1571, "p_value": 0.71, "rate": 0.01},
    )  # fmt: skip

    kind: Kind
    model_version: Version | None
    since: Moment
    until: Moment
    state: ReadState
    at: Moment
    words: str
    figures: dict[str, Any] = Field(description="the numbers behind the words, with the rate of false alarms as `rate`")


class ReadingsPage(Page):
    """One page of readings, the newest window first."""

    readings: list[ReadingTold]


class DecisionsAsked(Paged):
    """Which decisions: those of the last days."""

    days: int = Field(366, ge=1, le=3660)
    purpose: Purpose = "production"


class DecisionTold(Told):
    """One decision upon readings; none of them promotes a model."""

    model_config = shows(
        id="0198f0c3a1b25f0e9d7c6b5a4f3e", at="2026-05-01T00:00:05Z", action="retrain", cause="loss", money=1250.0,
        words="labels show a loss; a challenger is trained, the gate and a person decide about it",
        evidence={"serving": 3}, until="2026-05-21T00:00:05Z", done_at=None, done=None,
    )  # fmt: skip

    id: str
    at: Moment
    action: Literal["none", "note", "quarantine", "prepare", "retrain"]
    cause: str
    words: str
    evidence: dict[str, Any]
    money: float | None = Field(description="what a month of not acting loses; null where nobody can tell")
    until: Moment | None = Field(description="until when no other retraining begins by itself")
    done_at: Moment | None
    done: str | None = Field(description="what came of it")


class DecisionsPage(Page):
    """One page of decisions, the newest first."""

    decisions: list[DecisionTold]
