"""What the measured saves are worth, and what that rests on."""

import streamlit as st

from churn.errors import ServiceError
from churn.services.api.schemas.campaign import CampaignTold
from churn.services.dashboard import look, source, tiles


def figures(told: CampaignTold) -> None:
    """Show the four figures of a campaign that was measured."""
    saved, worth = told.saved, told.money
    called, held = told.contacted, told.held_out
    shown = [
        ("Customers saved", None if saved is None else look.count(saved.value), f"95 % interval {_counts(told)}"),
        ("Worth, after costs", None if worth is None else look.money(worth.value), f"95 % {look.interval(worth)}"),
        ("Spent on calls and offers", look.money(told.spent), "on those whose outcome is known"),
        ("Outcomes known", f"{look.count(called.known)} + {look.count(held.known)}", "called + held out"),
    ]
    tiles.show([tiles.Tile(name, value or look.UNKNOWN, below) for name, value, below in shown], "campaign")


def assumed(told: CampaignTold) -> None:
    """Say what the money rests on, and how far the assumed acceptance is from what was measured."""
    terms = {name: value for name, value in told.assumptions.items() if value is not None}
    with st.expander("What the money assumes"):
        st.markdown(
            "The number of customers saved is measured. Its worth is not: each of them is taken to go on paying "
            f"{look.money(terms.get('monthly'))} a month for {terms.get('months', 0):g} months at a margin of "
            f"{look.percent(terms.get('margin'))}; each call until the outcome counts costs "
            f"{look.money(terms.get('contact'))}, and each offer made then {look.money(terms.get('offer'))} where the "
            "customer stayed."
        )
        if words := _acceptance(told):
            st.markdown(words)


def _acceptance(told: CampaignTold) -> str:
    held, less = told.held_out.churn_rate, told.reduction
    try:
        taken = source.read("model_info").campaign.get("acceptance")
    except ServiceError:
        taken = None
    if taken is None or held is None or less is None or not held.value:
        return ""
    share, low, high = (one / held.value for one in (less.value, less.low, less.high))
    return (
        f"The plans below assume that {look.percent(taken)} of leavers accept and stay. Measured so far: about "
        f"{look.percent(share)} of those who would have left (roughly {look.percent(low)} to {look.percent(high)}, "
        "taking the held-out's own rate as right)."
    )


def _counts(told: CampaignTold) -> str:
    return look.UNKNOWN if told.saved is None else f"{look.count(told.saved.low)} to {look.count(told.saved.high)}"
