"""When a new model is trained, on which past, and what that may cost."""

from typing import Annotated

from pydantic import Field, model_validator

from churn.params.section import Count, Money, Positive, Section


class Retrain(Section):
    """When a new model is trained, on which past, and what that may cost; amounts in the campaign's currency."""

    cost: Money
    payback_months: Positive
    smallest_loss: Positive
    level: Annotated[float, Field(gt=0, le=0.2)]
    power: Annotated[float, Field(ge=0.5, lt=1)]
    cool_down_days: Annotated[int, Field(ge=0)]
    schedule_days: Count | None
    windows: list[Count | None] = Field(min_length=1)
    half_lives: list[Positive | None] = Field(min_length=1)
    remote: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _all_is_tried(self) -> "Retrain":
        if None not in self.windows or None not in self.half_lives:
            raise ValueError("windows and half_lives must hold null: all that is known, each row weighing the same")
        return self
