"""What a challenger must show."""

from typing import Annotated

from pydantic import Field

from churn.params.section import Count, Money, Positive, Section, Share


class Gate(Section):
    """What a challenger must show."""

    min_roc_auc: Share
    max_log_loss: Positive
    min_calibration_slope: Positive
    max_calibration_slope: Positive
    min_rows: Count
    level: Annotated[float, Field(gt=0.5, lt=1)]
    profit_margin: Money
    draws: Annotated[int, Field(ge=100)]
    seed: Annotated[int, Field(ge=0)]
