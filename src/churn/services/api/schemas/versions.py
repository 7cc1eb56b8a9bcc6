"""Versions and experiments, as the registry held them when sync last looked."""

from typing import Any

from pydantic import Field

from churn.services.api.schemas.told import FARTHEST, Asked, Page, Paged, Told


class VersionTold(Told):
    """One version of the model."""

    number: int
    digest: str
    family: str
    run: str
    created: str | None
    aliases: list[str]
    served: bool = Field(description="whether this worker answers with it now")
    params: dict[str, str]
    metrics: dict[str, float | None]
    verdict: dict[str, Any] | None = Field(description="what the gate said")
    tags: dict[str, str]


class VersionsPage(Page):
    """One page of versions, newest first."""

    model: str
    aliases: dict[str, int]
    versions: list[VersionTold]


class Compared(Asked):
    """Two versions."""

    a: int = Field(ge=1, le=FARTHEST)
    b: int = Field(ge=1, le=FARTHEST)


class Figure(Told):
    """One metric of both; `difference` is b less a."""

    name: str
    a: float | None
    b: float | None
    difference: float | None


class Setting(Told):
    """One parameter of both."""

    name: str
    a: str | None
    b: str | None
    same: bool


class Comparison(Told):
    """Two versions side by side."""

    a: VersionTold
    b: VersionTold
    same_model: bool
    metrics: list[Figure]
    params: list[Setting]
    intervals: list[dict[str, Any]] = Field(
        description="the gate's paired checks, if it judged one of these against the other"
    )
    words: str


class ExperimentsAsked(Paged):
    """Which trainings."""

    experiment: str | None = Field(None, max_length=256)


class Training(Told):
    """One training and its candidates."""

    experiment: str
    id: str
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
