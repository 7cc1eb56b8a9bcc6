"""How results are measured."""

from typing import Annotated

from pydantic import Field

from churn.params.section import Count, Money, Section


class Evaluate(Section):
    """How results are measured."""

    seed: Annotated[int, Field(ge=0)]
    draws: Annotated[int, Field(ge=100)]
    bins: Annotated[int, Field(ge=2)]
    min_group: Count
    offers: list[Money] = Field(min_length=1)
