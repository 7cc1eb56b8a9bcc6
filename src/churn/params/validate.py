"""How much disorder stops the run."""

from typing import Annotated

from pydantic import Field

from churn.params.section import Count, Section, Share


class Validate(Section):
    """How much disorder stops the run."""

    max_quarantined: Share
    min_rows: Count
    min_train_rows: Count
    min_class_share: Annotated[float, Field(ge=0, le=0.5)]
    max_contradictory: Share
    leak_auc: Annotated[float, Field(gt=0.5, le=1)]
