"""How well scores tell leavers from stayers, on rows that nobody trained on."""

import altair as alt

from churn.services.dashboard import look
from churn.services.dashboard.charts.drawn import Drawn, Rows, data, put

HEIGHT = 340


def roc(points: Rows) -> Drawn:
    """Draw points {false, true, threshold} of a curve; dashed is a coin."""
    percent = alt.Axis(format=".0%")
    base = alt.Chart(data(points)).encode(
        x=alt.X("false:Q", title="stayers taken for leavers", axis=percent),
        y=alt.Y("true:Q", title="leavers found", axis=percent),
        order="threshold:Q",
        tooltip=[
            alt.Tooltip("threshold:Q", title="probability above", format=".0%"),
            alt.Tooltip("true:Q", title="leavers found", format=".1%"),
            alt.Tooltip("false:Q", title="stayers taken for leavers", format=".1%"),
        ],
    )
    coin = alt.Chart(data([{"false": 0, "true": 0}, {"false": 1, "true": 1}]))
    return put(
        coin.mark_line(color=look.GREY, strokeDash=[4, 4], strokeWidth=1.5).encode(x="false:Q", y="true:Q"),
        base.mark_line(color=look.TEAL),
        base.mark_point(filled=True, size=45, color=look.TEAL),
        height=HEIGHT,
    )
