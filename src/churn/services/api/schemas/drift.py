"""How far customers and scores have moved."""

from typing import Any, Literal

from pydantic import Field

from churn.services.api.schemas.told import Asked, Moment, Purpose, Told, shows

State = Literal["moved", "watch", "stable", "unknown"]


class DriftAsked(Asked):
    """How far back to look."""

    days: int = Field(30, ge=1, le=366)
    windows: int = Field(0, ge=0, le=26, description="how many windows to judge one by one; the last ends now")
    window_days: int = Field(7, ge=1, le=92)
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
    state: State
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
    state: State
    words: str
    columns: list[ColumnMoved]


class ColumnInWindow(Told):
    """How far a column lay from the training table in one window, and from where on it counts as moved."""

    model_config = shows(
        column="Contract", state="watch", distance=0.1312, threshold=0.25,
        words="Month-to-month: 71.0% of customers, 55.0% in training",
    )  # fmt: skip

    column: str
    state: State
    distance: float | None = Field(
        description="psi of a category's shares; for a number, how many standard deviations of training its mean lies "
        "off; null where it was not judged"
    )
    threshold: float = Field(description="from this distance on it moved; null distances were not judged")
    words: str


class DriftWindow(Told):
    """One window against the training table; `customers` were compared, chosen evenly from all that were scored."""

    model_config = shows(
        since="2026-04-24T08:00:00Z", until="2026-05-01T08:00:00Z", scores=7043, customers=2000, state="watch",
        words="0 of 19 columns moved; compared on 2,000 customers in 2,000 scores, chosen evenly from 7,043",
    )  # fmt: skip

    since: Moment
    until: Moment
    scores: int = Field(description="scores of customers with an id")
    customers: int = Field(description="those compared, each once")
    state: State
    words: str
    columns: list[ColumnInWindow]


class Drift(Told):
    """What can be said of drift today; what cannot be judged is unknown, never none."""

    model_config = shows(
        state="stable",
        words="0 of 19 columns moved",
        pipeline={"state": "no_drift", "retrain": False, "reference_rows": 5705, "weight_moved": 0.0},
    )

    state: State
    words: str
    live: Live
    scores: list[DayOfScores]
    refused: list[RefusedCells]
    by_window: list[DriftWindow] = Field(description="oldest first; empty unless `windows` asks for some")
    pipeline: dict[str, Any] | None = Field(description="the last reading of the pipeline's drift stage")
