"""What monitoring judges, and how often it may be wrong."""

from typing import Annotated

from pydantic import Field

from churn.params.section import Count, Section, Share


class Monitor(Section):
    """What monitoring judges, and how often it may be wrong."""

    window_days: Annotated[int, Field(ge=1, le=366)]
    rate: Annotated[float, Field(ge=0.0001, le=0.2)]
    sample: Annotated[int, Field(ge=200, le=50_000)]
    min_rows: Count
    min_labels: Annotated[int, Field(ge=100)]
    usual_windows: Annotated[int, Field(ge=1, le=60)]
    borne_loss: Annotated[float, Field(ge=0, le=0.1)]
    max_refused: Share
    min_outcomes: Share
    min_known: Share
    max_back: Share
    grace_days: Annotated[int, Field(ge=0, le=366)]
    min_explained: Share
    slow_ms: Annotated[float, Field(gt=0)]
    max_errors: Share
    draws: Annotated[int, Field(ge=1000, le=100_000)]
    seed: Annotated[int, Field(ge=0)]
