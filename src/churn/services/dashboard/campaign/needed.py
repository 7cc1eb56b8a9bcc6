"""How many known outcomes it takes before a campaign can be judged."""

from math import ceil

from churn.lifecycle.proportions import Z
from churn.services.api.schemas.campaign import CampaignTold, Side
from churn.services.dashboard import look

POWER = 0.841621
"""The normal quantile of seeing a true difference four times in five."""
POINTS = 0.05
"""The difference to plan for while none is seen: five points."""


def per_arm(held_out: float, contacted: float) -> int:
    """Give how many outcomes each arm needs so that a true difference shows four times in five; the rates differ."""
    spread = held_out * (1 - held_out) + contacted * (1 - contacted)
    return max(ceil((Z + POWER) ** 2 * spread / (held_out - contacted) ** 2), 1)


def lacking(name: str, side: Side, horizon: int) -> str | None:
    """Say what keeps an arm from being measured, or None where it is."""
    if side.known:
        return None
    if not side.customers:
        return f"**{name}**: nobody is noted yet."
    if not side.mature:
        return (
            f"**{name}**: {look.count(side.customers)} noted, but for none of them the {horizon} days have passed in "
            "which they may leave."
        )
    return (
        f"**{name}**: for {look.count(side.mature)} of {look.count(side.customers)} the {horizon} days have passed, "
        "but nobody has told who of them left."
    )


def plan(told: CampaignTold, expected: float | None) -> str:
    """Say how many known outcomes each arm needs, and how many more that is; `expected` is the rate to plan with."""
    held, called = told.held_out.churn_rate, told.contacted.churn_rate
    rate = held.value if held else expected
    if rate is None or not 0 < rate < 1:
        return ""
    seen = held.value - called.value if held and called else 0.0
    difference = seen if seen > 0.01 else min(POINTS, rate)
    each = per_arm(rate, rate - difference)
    of = "as large as the one seen so far" if seen > 0.01 else "to plan with, not a forecast"
    return (
        f"To show a difference of {100 * difference:.0f} points ({of}) where {look.percent(rate)} leave uncalled, each "
        f"group needs about **{look.count(each)}** known outcomes: {_more(each, told)}."
    )


def _more(each: int, told: CampaignTold) -> str:
    called, held = max(each - told.contacted.known, 0), max(each - told.held_out.known, 0)
    return f"{look.count(called)} more among the called, {look.count(held)} more among those held out"
