"""The model that answers now."""

from typing import Any

from pydantic import Field

from churn.services.api.schemas.told import Commit, Digest, Run, Told, Version, shows


class ColumnTold(Told):
    """One column of a customer's record."""

    model_config = shows(
        name="tenure", kind="number", title="Tenure", description="Months since joining", allowed=None, low=0.0,
        high=120.0, whole=True,
    )  # fmt: skip

    name: str
    kind: str
    title: str
    description: str
    allowed: list[str | int] | None
    low: float | None
    high: float | None
    whole: bool


class SyncTold(Told):
    """How sync stands; `silent_seconds` is how long ago it gave a sign of life."""

    model_config = shows(
        words="version 1 is served", registry="ok", silent_seconds=2.0, fetched_at="2026-05-01T08:00:05Z"
    )

    words: str
    registry: str | None = None
    silent_seconds: float | None = None
    fetched_at: str | None = None


class ModelInfo(Told):
    """The model that answers now: what it is, where it came from, how it decides."""

    model_config = shows(
        model="telco-churn",
        family="scorecard",
        promoted={"who": "ada", "action": "promote", "to_version": 1, "why": "the gate said pass"},
        gate={"state": "pass", "reason": "shown on the first model"},
        metrics={"test_roc_auc": {"value": 0.8472, "low": 0.82639, "high": 0.869995}, "cv_log_loss": 0.4083},
        threshold=0.3441725986,
        tiers={"low": 0.0, "medium": 0.3, "high": 0.6},
        horizon_days=30,
        campaign={"months": 12.0, "margin": 0.6, "offer": 50.0, "contact": 5.0, "acceptance": 0.3, "holdout": 0.1},
        id_column="customerID",
        digests={"data": "8d3ad04e6c398d384f7bf537c23a481c13aa93987ec415225fcc2ee007248493"},
        tags={"family": "scorecard", "split_seed": "20", "split_test_share": "0.2"},
    )

    model: str
    version: Version
    digest: Digest
    family: str
    run: Run
    promoted: dict[str, Any] | None = Field(description="when, by whom and why it became champion; null if unknown")
    gate: dict[str, Any] | None
    metrics: dict[str, Any] = Field(description="on the test table; with intervals where the report is of this model")
    threshold: float
    tiers: dict[str, float]
    horizon_days: int
    campaign: dict[str, Any] = Field(description="what an offer is assumed to cost and bring")
    id_column: str | None
    columns: list[ColumnTold]
    digests: dict[str, str] = Field(description="of data, code, parameters and contract that made it")
    git_commit: Commit | None
    tags: dict[str, str]
    freshness: SyncTold
