"""How the model does in service."""

from typing import Any

from pydantic import Field

from churn.services.api.schemas.told import Asked, Given, Interval, Moment, Purpose, Told, Version, shows

BIN: dict[str, Any] = {
    "low": 0.1, "high": 0.2, "customers": 66, "mean_probability": 0.1465,
    "churned": {"value": 0.1061, "low": 0.0523, "high": 0.2031},
}  # fmt: skip


class PerformanceAsked(Asked):
    """Which scores: made from `since` until `until`; without them the last 180 days."""

    since: Given | None = None
    until: Given | None = None
    window_days: int = Field(30, ge=1, le=366)
    include_contacted: bool = Field(default=False, description="also customers who were called within the horizon")
    purpose: Purpose = "production"


class CalibrationBin(Told):
    """What was said and what happened."""

    model_config = shows(**BIN)

    low: float
    high: float
    customers: int
    mean_probability: float
    churned: Interval


class Estimated(Told):
    """What the figures would come to if the probabilities are right: known before any outcome, and no measurement.

    The interval holds what would be measured on these very customers 95 times in 100 if the probabilities are right; a
    measured figure outside it speaks against them.
    """

    model_config = shows(
        customers=1500,
        words="estimated from 1500 scores alone, before outcomes are known; it holds as far as the probabilities are "
        "calibrated and nobody is called",
        roc_auc={"value": 0.8472, "low": 0.8297, "high": 0.8647},
        log_loss={"value": 0.4083, "low": 0.3862, "high": 0.4304},
        brier={"value": 0.1341, "low": 0.1252, "high": 0.143},
        churn_rate={"value": 0.2651, "low": 0.2466, "high": 0.2836},
    )

    customers: int = Field(description="each once, by the first score")
    words: str
    roc_auc: Interval | None = None
    log_loss: Interval | None = None
    brier: Interval | None = None
    churn_rate: Interval | None = None


class Measured(Told):
    """Figures over mature labels; null where there are too few, and `words` says so."""

    model_config = shows(
        customers=1500,
        mature=600,
        contacted=60,
        held_out=6,
        labelled=540,
        churned=134,
        coverage=0.9,
        words="measured on 540 customers whose outcome is known",
        roc_auc={"value": 0.8533, "low": 0.8172, "high": 0.8894},
        log_loss={"value": 0.3989, "low": 0.3536, "high": 0.4443},
        brier={"value": 0.1268, "low": 0.1108, "high": 0.1428},
        calibration=[BIN],
    )

    customers: int = Field(
        description="scored: each customer once here, by the first score (a later one would be chosen by what "
        "became of the customer); so windows need not add up to their version, nor versions to all"
    )
    mature: int = Field(description="of them, scored at least horizon_days ago")
    contacted: int = Field(
        description="of the mature, called within the horizon: the call had its part in the outcome, so they are left "
        "out; who was held out stands for them, weighing (called + held out) / held out"
    )
    held_out: int = Field(0, examples=[6], description="of the mature, held out within the horizon and not called")
    labelled: int = Field(description="of the mature, those whose outcome counts; unlabelled is not stayed")
    churned: int
    coverage: float | None = Field(description="labelled of mature")
    words: str
    roc_auc: Interval | None = None
    log_loss: Interval | None = None
    brier: Interval | None = None
    calibration: list[CalibrationBin] = Field(default_factory=list)
    estimated: Estimated


class Windowed(Measured):
    """The same for one version in one window."""

    model_version: Version
    since: Moment
    until: Moment
    complete: bool = Field(
        examples=[True], description="false where the window is not over, or the span that was asked for cuts it"
    )


class Versioned(Measured):
    """The same for one version."""

    model_version: Version


class Performance(Measured):
    """How good production scores turned out to be."""

    horizon_days: int = Field(examples=[30])
    by_version: list[Versioned]
    by_window: list[Windowed] = Field(description="by version, oldest first; a window without scores is left out")
