"""What was promised."""

from typing import Annotated

from pydantic import Field, model_validator

from churn.params.section import Section, Share


class Bound(Section):
    """A figure is to be at least this, at most that, or between the two."""

    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _asks_for_something(self) -> "Bound":
        if self.at_least is None and self.at_most is None:
            raise ValueError("give at_least, at_most or both")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least must not lie above at_most")
        return self


class Served(Bound):
    """A promise about a figure of the serving benchmark: of the table under `size`, the column that begins so."""

    size: Annotated[str, Field(min_length=1)]
    figure: Annotated[str, Field(min_length=1)]


class Kpi(Section):
    """What was promised of the model, by its names in metrics.json, and of the service."""

    accuracy: Share
    metrics: dict[str, Bound] = Field(min_length=1)
    contender: Annotated[str, Field(min_length=1)]
    serving: list[Served]
