"""How an experiment with two models is held, and when it may be read."""

from typing import Annotated

from pydantic import Field

from churn.params.section import Count, Section, Share


class Experiment(Section):
    """How an experiment with two models is held, and when it may be read."""

    days: Count
    share: Annotated[float, Field(gt=0, lt=1)]
    level: Annotated[float, Field(gt=0.5, lt=1)]
    min_labelled: Count
    min_each: Count
    min_known: Share
    mismatch: Annotated[float, Field(gt=0, lt=0.05)]
    min_shadowed: Share
    regret: Annotated[float, Field(gt=0, lt=0.5)]
