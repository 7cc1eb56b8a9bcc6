"""Versions and experiments, as the registry held them when sync last looked."""

from typing import Any

from pydantic import Field

from churn.services.api.schemas.told import FARTHEST, Asked, Digest, Page, Paged, Run, Told, Version, shows


class Retirement(Told):
    """Who took a version out of use, when and why: it is never promoted, pinned or served."""

    model_config = shows(
        when="2026-05-02T08:00:00+00:00",
        who="anna",
        why="learnt from a broken export",
        words="retired by anna on 2026-05-02T08:00:00+00:00: learnt from a broken export",
    )

    when: str
    who: str
    why: str
    words: str


class VersionTold(Told):
    """One version of the model."""

    model_config = shows(
        family="scorecard",
        created="2026-05-01T07:58:26.239Z",
        aliases=["challenger", "champion"],
        served=True,
        params={"C": "0.3", "family": "scorecard", "rows": "5705"},
        metrics={"cv_log_loss": 0.4082935576, "test_roc_auc": 0.8472},
        verdict={"state": "pass", "reason": "shown on the first model"},
        tags={"family": "scorecard", "split_seed": "20", "split_test_share": "0.2"},
    )

    number: Version
    digest: Digest
    family: str
    run: Run
    created: str | None
    aliases: list[str]
    served: bool = Field(description="whether this worker answers with it now")
    retired: Retirement | None = Field(None, description="why it is out of use; null while it is not", examples=[None])
    params: dict[str, str]
    metrics: dict[str, float | None]
    verdict: dict[str, Any] | None = Field(description="what the gate said")
    tags: dict[str, str]


class VersionsPage(Page):
    """One page of versions, newest first."""

    model: str = Field(examples=["telco-churn"])
    aliases: dict[str, int] = Field(examples=[{"champion": 1}])
    versions: list[VersionTold]


class Compared(Asked):
    """Two versions."""

    a: int = Field(ge=1, le=FARTHEST)
    b: int = Field(ge=1, le=FARTHEST)


class Figure(Told):
    """One metric of both with its interval, null where none was logged; `difference` is b less a."""

    model_config = shows(
        name="test_roc_auc", a=0.8472, b=0.8472, difference=0.0, a_low=0.8264, a_high=0.87, b_low=0.8264, b_high=0.87
    )

    name: str
    a: float | None
    b: float | None
    difference: float | None
    a_low: float | None = None
    a_high: float | None = None
    b_low: float | None = None
    b_high: float | None = None


class Setting(Told):
    """One parameter of both."""

    model_config = shows(name="C", a="0.3", b="0.3", same=True)

    name: str
    a: str | None
    b: str | None
    same: bool


class TierMove(Told):
    """The customers of one tier under the champion who are in one tier under the challenger."""

    model_config = shows(champion="high", challenger="medium", customers=31, monthly_revenue=2410.35)

    champion: str
    challenger: str
    customers: int
    monthly_revenue: float


class Migrated(Told):
    """Where customers would go if the challenger took over; revenue is a month's, in the contract's currency."""

    model_config = shows(
        challenger=2, champion=1, among="test", rows=1338, monthly_revenue=86750.4, moved_customers=96,
        moved_revenue=6931.2, called=268, called_by_both=251,
    )  # fmt: skip

    challenger: Version
    champion: Version
    among: str = Field(description="which rows: common (neither model learnt from them) or test (the whole test table)")
    rows: int
    monthly_revenue: float
    moved_customers: int
    moved_revenue: float
    called: int
    called_by_both: int
    moves: list[TierMove]


class Comparison(Told):
    """Two versions side by side."""

    model_config = shows(same_model=True, intervals=[], words="versions 1 and 1 are the same model")

    a: VersionTold
    b: VersionTold
    same_model: bool
    metrics: list[Figure]
    params: list[Setting]
    migration: list[Migrated] | None = Field(
        examples=[None], description="who would change tier, where the gate judged this pair; else null"
    )
    intervals: list[dict[str, Any]] = Field(
        description="the gate's paired checks, if it judged one of these against the other"
    )
    words: str


class ExperimentsAsked(Paged):
    """Which trainings."""

    experiment: str | None = Field(None, max_length=256)


class Training(Told):
    """One training and its candidates."""

    model_config = shows(
        experiment="telco-churn",
        name="train scorecard",
        status="FINISHED",
        start="2026-05-01T07:58:11.462Z",
        end="2026-05-01T07:58:26.220Z",
        params={"C": "0.3", "family": "scorecard", "rows": "5705"},
        metrics={"cv_log_loss": 0.4082935576, "test_roc_auc": 0.8472},
        tags={"split_seed": "20", "split_test_share": "0.2"},
        versions=[1],
        candidates=[{"name": "boosting", "metrics": {"log_loss": 0.4088170263}, "tags": {"chosen": "false"}}],
    )

    experiment: str
    id: Run
    name: str
    status: str
    start: str | None
    end: str | None
    params: dict[str, str]
    metrics: dict[str, float | None]
    tags: dict[str, str]
    versions: list[int] = Field(description="versions of the model that came of it")
    candidates: list[dict[str, Any]]


class ExperimentsPage(Page):
    """One page of trainings, newest first."""

    trainings: list[Training]
