"""Which candidates compete, and how they are compared."""

from typing import Annotated

from pydantic import Field

from churn.params.section import Count, Positive, Section


class Train(Section):
    """Which candidates compete, and how they are compared."""

    seed: Annotated[int, Field(ge=0)]
    folds: Annotated[int, Field(ge=2)]
    repeats: Count
    jobs: Count
    parity: Positive
    candidates: dict[str, dict[str, list[int | float | str]]] = Field(min_length=1)
