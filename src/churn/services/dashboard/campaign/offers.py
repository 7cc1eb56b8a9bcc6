"""What the next campaign is expected to earn, by whom it reaches."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from churn.services.api.schemas.curve import Curve, Offered, Point
from churn.services.dashboard import frame, look, source
from churn.services.dashboard.campaign import assumptions
from churn.services.dashboard.charts.profit import profit

COLUMNS: dict[str, Any] = {
    "Share": st.column_config.ProgressColumn("Of all", min_value=0, max_value=1, format="percent"),
    "Customers": st.column_config.NumberColumn(format="localized"),
    "Leavers": st.column_config.NumberColumn("Leavers among them", format="localized"),
}


def show() -> None:
    """Show expected profit by threshold under assumptions that can be moved."""
    st.subheader("What the next campaign would earn", anchor=False)
    st.markdown(
        ":gray[**Expected, not measured:** worked out from today's scores and from the assumptions beside the chart. "
        "Move them to see what the plan hangs on.]"
    )
    own = source.read("curve").assumptions
    knobs, chart = st.columns([1, 3], gap="medium")
    with knobs.container(border=True):
        assumptions.sliders(own)
    told = source.read("curve", **assumptions.chosen(own))
    with chart:
        _planned(told, assumptions.changed(own))
    st.dataframe(_rules(told), column_config=COLUMNS, hide_index=True, width="stretch", key="campaign_rules")


def _planned(told: Curve, changed: bool) -> None:
    if told.best.profit.value <= 0:
        st.warning("Under these assumptions no campaign earns anything: calling nobody is best.")
    marks = [_point("champion's threshold", told.champion), _point("best single threshold", told.best)]
    rule = [{"name": "customer by customer", "profit": told.rule.profit.value}]
    whose = "with your assumptions" if changed else "with the champion's own assumptions"
    frame.draw(
        profit([_point("", one) for one in told.points], marks, rule),
        f"Expected profit of one campaign {whose}. The band is the luck of one campaign (95 %), if scores and "
        "assumptions are right; it does not hold the doubt about the assumptions themselves.",
        key="campaign_profit",
    )


def _rules(told: Curve) -> list[dict[str, Any]]:
    named: Sequence[tuple[str, Offered]] = (
        (f"above the champion's threshold, {look.percent(told.champion.threshold, 1)}", told.champion),
        (f"above the best threshold here, {look.percent(told.best.threshold, 1)}", told.best),
        ("customer by customer, if worth its cost", told.rule),
        ("everybody", told.everybody),
    )
    return [
        {
            "Offer to": name,
            "Expected profit": f"{look.money(one.profit.value)} ({look.interval(one.profit)})",
            "Customers": one.customers,
            "Share": one.share,
            "Leavers": round(one.expected_leavers),
        }
        for name, one in named
    ]


def _point(name: str, told: Point) -> dict[str, Any]:
    worth = told.profit
    ends = {"profit": worth.value, "low": worth.low, "high": worth.high}
    return {"name": name, "threshold": told.threshold, "customers": told.customers, "share": told.share, **ends}
