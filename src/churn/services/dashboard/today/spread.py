"""How the risk is spread: over all customers, and over groups of them."""

import streamlit as st

from churn.services.api.schemas.portfolio import Group
from churn.services.dashboard import frame, look
from churn.services.dashboard.charts import bars
from churn.services.dashboard.today import figures

NONE = "not told"


def show() -> None:
    """Show how likely customers are to leave, and where the money at risk is."""
    told = figures.week()
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("How likely they are to leave", anchor=False)
        frame.draw(
            bars.histogram(told.distribution, told.threshold),
            f"{look.count(told.at_risk)} lie above {look.percent(told.threshold, 1)}, where offers begin to pay.",
        )
    with right:
        st.subheader("Where the money at risk is", anchor=False)
        _segments({name: groups for name, groups in told.segments.items() if groups})


def _segments(segments: dict[str, list[Group]]) -> None:
    names = sorted(segments, key=lambda name: -_apart(segments[name]))
    chosen = st.selectbox("By", names, format_func=look.named, key="today_segment", label_visibility="collapsed")
    if not chosen:
        frame.empty("The contract names no groups of customers.")
        return
    groups = sorted(segments[chosen], key=lambda one: -one.revenue_at_risk.value)
    total = sum(one.revenue_at_risk.value for one in groups) or 1.0
    rows = [_row(one, total) for one in groups]
    hover = ("customers", "at risk", "between", "share")
    frame.draw(
        bars.ranked(rows, "group", "at risk per month", low="low", high="high", hover=hover),
        f"{look.shown(rows[0]['group'])} holds {rows[0]['share']} of the monthly revenue at risk. The thin lines are "
        "what chance alone would allow.",
    )


def _apart(groups: list[Group]) -> float:
    """Tell how far the groups' risks lie apart, each customer counting once: there it is worth to look first."""
    customers = sum(one.customers for one in groups) or 1
    mean = sum(one.expected_leavers for one in groups) / customers
    return sum(one.customers * (one.mean_probability - mean) ** 2 for one in groups) / customers


def _row(one: Group, total: float) -> dict[str, object]:
    risk = one.revenue_at_risk
    return {
        "group": one.group or NONE, "at risk per month": round(risk.value, 2), "low": risk.low, "high": risk.high,
        "customers": look.count(one.customers), "at risk": f"{look.count(one.at_risk)} customers",
        "between": look.interval(risk), "share": look.percent(risk.value / total),
    }  # fmt: skip
