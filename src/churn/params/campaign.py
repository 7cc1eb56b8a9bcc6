"""What an offer costs and brings."""

from typing import Annotated

from pydantic import Field, model_validator

from churn.params.section import Count, Money, Positive, Section, Share

MOST_HELD_OUT = 0.5
"""Whoever leaves more customers alone than are called is not out to keep them."""


class Campaign(Section):
    """What an offer costs and brings; amounts in the currency of the contract's monthly value. All assumed."""

    months: Positive
    margin: Share
    offer: Money
    contact: Money
    acceptance: Share
    horizon_days: Count
    holdout: Annotated[float, Field(ge=0, le=MOST_HELD_OUT)] = 0.1
    """Of those worth a call, chosen by chance and not called; models of older versions travel without it."""
    tiers: dict[str, Share] = Field(min_length=1)

    @model_validator(mode="after")
    def _tiers_rise_from_zero(self) -> "Campaign":
        bounds = list(self.tiers.values())
        if bounds[0] != 0 or bounds != sorted(set(bounds)):
            raise ValueError("tiers: lower bounds must rise, the first being 0")
        return self
