"""How the model does in service."""

from typing import Any, Literal

from pydantic import Field

from churn.services.api.schemas.told import Asked, Given, Interval, Moment, Page, Paged, Purpose, Told, Version, shows

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


class Measured(Told):
    """Figures over mature labels; null where there are too few, and `words` says so."""

    model_config = shows(
        customers=1500,
        mature=600,
        contacted=60,
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
    contacted: int = Field(description="of the mature, called within the horizon: the call had its part in the outcome")
    labelled: int = Field(description="of the mature, those whose outcome counts; unlabelled is not stayed")
    churned: int
    coverage: float | None = Field(description="labelled of mature")
    words: str
    roc_auc: Interval | None = None
    log_loss: Interval | None = None
    brier: Interval | None = None
    calibration: list[CalibrationBin] = Field(default_factory=list)


class Windowed(Measured):
    """The same for one version in one window."""

    model_version: Version
    since: Moment
    until: Moment


class Versioned(Measured):
    """The same for one version."""

    model_version: Version


class Performance(Measured):
    """How good production scores turned out to be."""

    horizon_days: int = Field(examples=[30])
    by_version: list[Versioned]
    by_window: list[Windowed]


class DriftAsked(Asked):
    """How far back to look."""

    days: int = Field(30, ge=1, le=366)
    purpose: Purpose = "production"


class DayOfScores(Told):
    """Scores of one day by one version; `tenths` counts them by tenth of probability."""

    model_config = shows(
        day="2026-05-01", model_version=1, scores=1503, mean=0.2687, sd=0.2451,
        tenths=[547, 202, 181, 149, 115, 104, 94, 64, 45, 2],
    )  # fmt: skip

    day: str
    model_version: int
    scores: int
    mean: float
    sd: float
    tenths: list[int]


class ColumnMoved(Told):
    """How far a column's live values are from the training table's; `psi` for categories, `shift` in sd for numbers."""

    model_config = shows(
        column="gender", state="stable", psi=0.0001, words="Female: 49.1% of customers, 49.5% in training"
    )

    column: str
    state: Literal["moved", "watch", "stable", "unknown"]
    psi: float | None = None
    shift: float | None = None
    words: str


class RefusedCells(Told):
    """Cells that broke the contract."""

    model_config = shows(column="gender", reason="is one of 'Female', 'Male'", count=1)

    column: str
    reason: str
    count: int
    last: Moment


class Live(Told):
    """The newest customers against the training table."""

    model_config = shows(customers=1500, state="stable", words="0 of 19 columns moved")

    customers: int
    state: Literal["moved", "watch", "stable", "unknown"]
    words: str
    columns: list[ColumnMoved]


class Drift(Told):
    """What can be said of drift today; what cannot be judged is unknown, never none."""

    model_config = shows(
        state="stable",
        words="0 of 19 columns moved",
        pipeline={"state": "no_drift", "retrain": False, "reference_rows": 5705, "weight_moved": 0.0},
    )

    state: Literal["moved", "watch", "stable", "unknown"]
    words: str
    live: Live
    scores: list[DayOfScores]
    refused: list[RefusedCells]
    pipeline: dict[str, Any] | None = Field(description="the last reading of the pipeline's drift stage")


class AlertsAsked(Paged):
    """How far back closed alerts are told."""

    days: int = Field(30, ge=0, le=3650)


class AlertTold(Told):
    """One alert; open while `resolved_at` is null."""

    model_config = shows(
        id="0198f0c3a1b25f0e9d7c6b5a4f3e", kind="model_refused", severity="warning",
        words="version 2 was refused: its golden rows do not come out as they should; version 1 goes on answering",
        times=1,
    )  # fmt: skip

    id: str
    kind: str
    severity: str
    words: str
    raised_at: Moment
    last_at: Moment
    times: int
    resolved_at: Moment | None = Field(examples=[None])


class AlertsPage(Page):
    """One page of alerts, open ones first."""

    open: int = Field(examples=[1])
    alerts: list[AlertTold]
