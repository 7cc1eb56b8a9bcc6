"""What a challenger must show."""

from typing import Annotated

from pydantic import Field, model_validator

from churn.params.section import Count, Money, Positive, Section, Share


class Gate(Section):
    """What a challenger must show."""

    min_roc_auc: Share
    min_calibration_slope: Positive
    max_calibration_slope: Positive
    max_calibration_gap: Share
    min_rows: Count
    segment_rows: Count
    segment_churners: Count
    segment_level: Annotated[float, Field(gt=0.5, lt=1)]
    level: Annotated[float, Field(gt=0.5, lt=1)]
    profit_margin: Money
    refresh_margin: Positive
    draws: Annotated[int, Field(ge=100)]
    seed: Annotated[int, Field(ge=0)]

    @model_validator(mode="after")
    def _slopes_rise(self) -> "Gate":
        if self.min_calibration_slope >= self.max_calibration_slope:
            raise ValueError("min_calibration_slope must lie below max_calibration_slope")
        return self
