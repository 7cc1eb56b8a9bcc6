"""What calling really saved: the called against those held out by chance."""

import streamlit as st

from churn.errors import ServiceError
from churn.services.api.schemas.campaign import CampaignTold, Side
from churn.services.api.schemas.told import Interval
from churn.services.dashboard import frame, look, period, source
from churn.services.dashboard.campaign import money, needed
from churn.services.dashboard.charts.intervals import intervals

CALLED, HELD_OUT = "Called", "Control group"


def show() -> None:
    """Show what is measured, or what is needed before anything can be."""
    st.subheader("What calling really saved", anchor=False)
    days = st.segmented_control(
        "Calls made in the last",
        list(period.PERIODS),
        default=90,
        required=True,
        format_func=period.PERIODS.__getitem__,
        key="campaign_days",
        persist_state="session",
    )
    told = source.read("campaign", since=period.since(days or 90))
    if told.reduction is None:
        _not_yet(told)
    else:
        _measured(told, told.reduction)


def _measured(told: CampaignTold, less: Interval) -> None:
    low, high = less.low, less.high
    box = st.success if low > 0 else st.error if high < 0 else st.warning
    box(f"**Measured:** {_words(less)}", icon=":material/science:" if low <= 0 <= high else ":material/verified:")
    money.figures(told)
    rows = [_arm(CALLED, told.contacted, look.TEAL), _arm(HELD_OUT, told.held_out, look.ORANGE)]
    spoilt = f" {told.crossed} of the held-out were called all the same, which hides part of the effect."
    crossed = spoilt if told.crossed else ""
    frame.draw(
        intervals(rows, f"left within {told.horizon_days} days"),
        "Bars are 95 % intervals. Only customers count whose time has passed and whose outcome was told; the "
        f"comparison holds as far as those held out were chosen by chance.{crossed}",
        key="campaign_arms",
    )
    if low <= 0 <= high:
        st.markdown(needed.plan(told, None))
    money.assumed(told)


def _words(less: Interval) -> str:
    value, low, high = (100 * one for one in (less.value, less.low, less.high))
    reach = f"95 % interval {low:.1f} to {high:.1f} points".replace("-", look.MINUS)
    if low > 0:
        return f"customers who were called left less often, by {value:.1f} points ({reach})."
    if high < 0:
        return f"customers who were called left **more** often, by {-value:.1f} points ({reach}). Stop and look why."
    less_or_more = "less" if value >= 0 else "more"
    return (
        f"no effect is shown yet. The called left {less_or_more} often by {abs(value):.1f} points, but the interval "
        f"holds zero ({reach}): this may be chance."
    )


def _not_yet(told: CampaignTold) -> None:
    with st.container(border=True):
        st.markdown("**What calling saved cannot be measured yet.** Nothing is assumed in its place.")
        gaps = ((CALLED, told.contacted), (HELD_OUT, told.held_out))
        said = [words for name, side in gaps if (words := needed.lacking(name, side, told.horizon_days))]
        st.markdown("\n".join(f"- {one}" for one in said))
        st.markdown(needed.plan(told, _expected()))
        st.caption(
            "It takes three things: a control group that chance alone leaves out (page Call list), the list recorded "
            f"as called (its button does), and {told.horizon_days} days later who left (POST /outcomes)."
        )
    known = [(CALLED, told.contacted, look.TEAL), (HELD_OUT, told.held_out, look.ORANGE)]
    rows = [_arm(*one) for one in known if one[1].churn_rate]
    if rows:
        words = "Only one group is known so far: by itself it says nothing of what calling does."
        frame.draw(intervals(rows, f"left within {told.horizon_days} days"), words, key="campaign_arms")


def _arm(name: str, side: Side, color: str) -> dict[str, object]:
    words = f"{look.count(side.churned)} of {look.count(side.known)} known outcomes"
    words += f"; of {look.count(side.mature)} the time has passed"
    rate = side.churn_rate
    ends = {"value": rate.value, "low": rate.low, "high": rate.high} if rate else {}
    return {"name": f"{name} ({look.count(side.known)} known)", "words": words, "color": color, **ends}


def _expected() -> float | None:
    """Give how many of those above the threshold are expected to leave: what to plan with while nothing is known."""
    try:
        above = source.read("curve").champion
    except ServiceError:
        return None
    return above.expected_leavers / above.customers if above.customers else None
