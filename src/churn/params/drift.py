"""When a batch counts as drifted."""

from typing import Annotated, Literal

from pydantic import Field

from churn.params.section import Count, Section, Share


class NumberDistance(Section):
    """A distance between numbers by its Evidently name."""

    method: Literal["wasserstein"]


class CategoryDistance(Section):
    """A distance between categories by its Evidently name."""

    method: Literal["jensenshannon", "hellinger"]


class Drift(Section):
    """When a batch counts as drifted; each column's threshold follows from `rate`, the tables and the draws."""

    number: NumberDistance
    category: CategoryDistance
    rate: Annotated[float, Field(ge=0.005, le=0.5)]
    draws: Annotated[int, Field(ge=3000, le=100_000)]
    seed: int
    min_rows: Count
    max_rows: Annotated[int, Field(ge=1000)]
    max_missing: Share
    min_weight: Annotated[float, Field(gt=0, le=1)]
