"""How many leavers are reached by calling so many customers, most likely to leave first."""

import altair as alt

from churn.services.dashboard import look
from churn.services.dashboard.charts.drawn import Drawn, Rows, data, put

HEIGHT = 340
HOVER = [
    alt.Tooltip("share:Q", title="customers called", format=".0%"),
    alt.Tooltip("reached:Q", title="leavers among them", format=".0%"),
    alt.Tooltip("threshold:Q", title="probability above", format=".1%"),
]


def gains(points: Rows, marks: Rows) -> Drawn:
    """Draw the share of leavers `reached` by the `share` of customers called; dashed: calling at random."""
    x = alt.X("share:Q", title="share of customers called, most likely to leave first", axis=alt.Axis(format=".0%"))
    y = alt.Y("reached:Q", title="share of all leavers among them", axis=alt.Axis(format=".0%"))
    base = alt.Chart(data(points)).encode(x=x, y=y)
    chance = alt.Chart(data([{"share": 0, "reached": 0}, {"share": 1, "reached": 1}]))
    marked = alt.Chart(data(marks)).encode(x="share:Q", y="reached:Q", tooltip=["name:N", *HOVER])
    return put(
        base.mark_area(color=look.TEAL, opacity=0.1),
        chance.mark_line(color=look.GREY, strokeDash=[4, 4], strokeWidth=1.5).encode(x="share:Q", y="reached:Q"),
        base.mark_line(color=look.TEAL),
        base.mark_point(size=120, opacity=0).encode(tooltip=HOVER),
        marked.mark_point(size=170, filled=True, color=look.ORANGE, opacity=1, stroke="white"),
        marked.mark_text(align="left", dx=12, dy=10, fontWeight="bold", color=look.INK).encode(text="name:N"),
        height=HEIGHT,
    )
