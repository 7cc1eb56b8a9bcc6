"""What an offer costs and brings."""

from pydantic import Field, model_validator

from churn.params.section import Count, Money, Positive, Section, Share


class Campaign(Section):
    """What an offer costs and brings; amounts in the currency of the contract's monthly value. All assumed."""

    months: Positive
    margin: Share
    offer: Money
    contact: Money
    acceptance: Share
    horizon_days: Count
    tiers: dict[str, Share] = Field(min_length=1)

    @model_validator(mode="after")
    def _tiers_rise_from_zero(self) -> "Campaign":
        bounds = list(self.tiers.values())
        if bounds[0] != 0 or bounds != sorted(set(bounds)):
            raise ValueError("tiers: lower bounds must rise, the first being 0")
        return self
