"""How rows are chosen, split and weighted."""

from typing import Annotated, Literal

from pydantic import Field

from churn.params.section import Count, Positive, Section


class Prepare(Section):
    """How rows are chosen, split and weighted."""

    test_share: Annotated[float, Field(gt=0, lt=1)]
    seed: Annotated[int, Field(ge=0)]
    reference_rows: Count
    period: Literal["week", "month", "quarter"]
    window: Count | None
    half_life: Positive | None
    ignore: list[str]

    @property
    def split(self) -> dict[str, float]:
        """Give what tells training rows from test rows."""
        return {"seed": self.seed, "test_share": self.test_share}
