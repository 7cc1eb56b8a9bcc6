"""How the model does in service."""

from typing import Any, Literal

from pydantic import Field

from churn.services.api.schemas.told import Asked, Given, Interval, Moment, Page, Paged, Purpose, Told


class PerformanceAsked(Asked):
    """Which scores: made from `since` until `until`; without them the last 180 days."""

    since: Given | None = None
    until: Given | None = None
    window_days: int = Field(30, ge=1, le=366)
    include_contacted: bool = Field(default=False, description="also customers who were called within the horizon")
    purpose: Purpose = "production"


class CalibrationBin(Told):
    """What was said and what happened."""

    low: float
    high: float
    customers: int
    mean_probability: float
    churned: Interval


class Measured(Told):
    """Figures over mature labels; null where there are too few, and `words` says so."""

    customers: int = Field(description="scored: each customer once a version and window, by the first score there")
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

    model_version: int
    since: Moment
    until: Moment


class Versioned(Measured):
    """The same for one version."""

    model_version: int


class Performance(Measured):
    """How good production scores turned out to be."""

    horizon_days: int
    by_version: list[Versioned]
    by_window: list[Windowed]


class DriftAsked(Asked):
    """How far back to look."""

    days: int = Field(30, ge=1, le=366)
    purpose: Purpose = "production"


class DayOfScores(Told):
    """Scores of one day by one version; `tenths` counts them by tenth of probability."""

    day: str
    model_version: int
    scores: int
    mean: float
    sd: float
    tenths: list[int]


class ColumnMoved(Told):
    """How far a column's live values are from the training table's; `psi` for categories, `shift` in sd for numbers."""

    column: str
    state: Literal["moved", "watch", "stable", "unknown"]
    psi: float | None = None
    shift: float | None = None
    words: str


class RefusedCells(Told):
    """Cells that broke the contract."""

    column: str
    reason: str
    count: int
    last: Moment


class Live(Told):
    """The newest customers against the training table."""

    customers: int
    state: Literal["moved", "watch", "stable", "unknown"]
    words: str
    columns: list[ColumnMoved]


class Drift(Told):
    """What can be said of drift today; what cannot be judged is unknown, never none."""

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

    id: str
    kind: str
    severity: str
    words: str
    raised_at: Moment
    last_at: Moment
    times: int
    resolved_at: Moment | None


class AlertsPage(Page):
    """One page of alerts, open ones first."""

    open: int
    alerts: list[AlertTold]
