"""How many of the leavers a campaign of some size reaches."""

from typing import Any

import streamlit as st

from churn.services.api.schemas.curve import Point
from churn.services.dashboard import frame, look, source
from churn.services.dashboard.charts.gains import gains


def show() -> None:
    """Show the share of leavers reached by the share of customers called."""
    told = source.read("curve")
    whole = told.everybody.expected_leavers
    st.subheader("How many leavers a campaign reaches", anchor=False)
    if not whole:
        frame.empty("Nobody is expected to leave.", "The curve appears when some are.")
        return
    own = _row("champion's threshold", told.champion, whole)
    frame.draw(
        gains([_row("", one, whole) for one in told.points], [own]),
        f"Calling the {look.percent(own['share'])} above the champion's threshold reaches "
        f"{look.percent(own['reached'])} of the {look.count(whole)} customers expected to leave; as many chosen at "
        f"random would reach {look.percent(own['share'])}. Expected from the scores, as far as they are calibrated "
        "(page Model health).",
        key="campaign_gains",
    )


def _row(name: str, told: Point, whole: float) -> dict[str, Any]:
    reached = min(told.expected_leavers / whole, 1.0)
    return {"name": name, "share": told.share, "reached": reached, "threshold": told.threshold}
