"""The model that answers now."""

from typing import Any

from pydantic import Field

from churn.services.api.schemas.told import Told


class ColumnTold(Told):
    """One column of a customer's record."""

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

    words: str
    registry: str | None = None
    silent_seconds: float | None = None
    fetched_at: str | None = None


class ModelInfo(Told):
    """The model that answers now: what it is, where it came from, how it decides."""

    model: str
    version: int
    digest: str
    family: str
    run: str
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
    git_commit: str | None
    tags: dict[str, str]
    freshness: SyncTold
