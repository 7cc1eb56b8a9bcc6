"""When a batch counts as drifted."""

from typing import Annotated, Literal

from pydantic import Field

from churn.params.section import Count, Positive, Section, Share


class NumberDistance(Section):
    """A distance between numbers by its Evidently name, and the value from which a column counts as moved."""

    method: Literal["wasserstein", "jensenshannon", "psi", "hellinger", "kl_div"]
    threshold: Positive


class CategoryDistance(Section):
    """A distance between categories by its Evidently name, and the value from which a column counts as moved."""

    method: Literal["jensenshannon", "psi", "hellinger", "kl_div"]
    threshold: Positive


class Drift(Section):
    """When a batch counts as drifted."""

    number: NumberDistance
    category: CategoryDistance
    min_rows: Count
    max_missing: Share
    min_weight: Annotated[float, Field(gt=0, le=1)]
