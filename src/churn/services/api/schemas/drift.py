"""How far customers and scores have moved."""

from typing import Any, Literal

from pydantic import Field

from churn.services.api.schemas.told import Asked, Moment, Purpose, Told, shows

State = Literal["moved", "watch", "stable", "unknown"]


class DriftAsked(Asked):
    """How far back to look."""

    days: int = Field(30, ge=1, le=366)
    windows: int = Field(0, ge=0, le=26, description="so many windows of monitoring are told, up to the newest")
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
    """How far a column's values are from those of the table logged with the champion, and from where on that counts."""

    model_config = shows(
        column="gender", state="stable", distance=0.0041, threshold=0.0384, weight=0.0002, method="jensenshannon",
        words="Female: 49.5% to 49.1%",
    )  # fmt: skip

    column: str
    state: State = Field(description="watch: it moved, and says so little about churn that it alarms nobody")
    distance: float | None = Field(None, description="null where it was not judged")
    threshold: float | None = Field(None, description="of customers without drift few go as far; null: not judged")
    weight: float | None = Field(None, description="its share of what all columns say about churn")
    method: str | None = None
    words: str


class RefusedCells(Told):
    """Cells that broke the contract."""

    model_config = shows(column="gender", reason="is one of 'Female', 'Male'", count=1)

    column: str
    reason: str
    count: int
    last: Moment


class Live(Told):
    """The customers of the newest window that monitoring judged."""

    model_config = shows(
        customers=1500, state="stable", words="no column moved", since="2026-04-01T00:00:00Z",
        until="2026-05-01T00:00:00Z", model_version=3, rate=0.02, kind=None,
    )  # fmt: skip

    customers: int
    state: State
    words: str
    since: Moment | None = None
    until: Moment | None = None
    model_version: int | None = Field(None, description="the champion whose reference table was compared")
    rate: float | None = Field(None, description="of windows without drift that alarm, all columns together")
    kind: str | None = Field(None, description="what it looks like: data_fault, mix or behaviour")
    columns: list[ColumnMoved]


class DriftWindow(Told):
    """One window against the table logged with the champion of its time."""

    model_config = shows(
        since="2026-04-01T00:00:00Z", until="2026-05-01T00:00:00Z", scores=7043, customers=5000, state="stable",
        words="no column moved", model_version=3,
    )  # fmt: skip

    since: Moment
    until: Moment
    scores: int = Field(description="scores of customers with an id")
    customers: int = Field(description="those compared, each once, chosen evenly")
    state: State
    words: str
    model_version: int | None = None
    columns: list[ColumnMoved]


class Drift(Told):
    """What can be said of drift today; what cannot be judged is unknown, never none."""

    model_config = shows(
        state="stable",
        words="no column moved",
        pipeline={"state": "no_drift", "retrain": False, "reference_rows": 5705, "weight_moved": 0.0},
    )

    state: State
    words: str
    live: Live
    scores: list[DayOfScores]
    refused: list[RefusedCells]
    by_window: list[DriftWindow] = Field(description="oldest first; empty unless `windows` asks for some")
    pipeline: dict[str, Any] | None = Field(description="the last reading of the pipeline's drift stage")
