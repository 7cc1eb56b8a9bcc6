"""Figures side by side, each with the ends of its interval."""

from collections.abc import Sequence

import altair as alt

from churn.services.dashboard import look
from churn.services.dashboard.charts.drawn import Drawn, Rows, data, put

ROW, AXIS = 34, 56


def intervals(rows: Rows, title: str, form: str = ".1%", at: Sequence[float] = ()) -> Drawn:
    """Draw rows {name, value, low, high, words} as points with their intervals.

    `at` are lines to hold them against; a row with `color` is drawn in it.
    """
    painted = [{"color": look.TEAL, "words": "", **row} for row in rows]
    base = alt.Chart(data(painted)).encode(
        y=alt.Y("name:N", title=None, sort=None, axis=alt.Axis(labelLimit=260, grid=False)),
        color=alt.Color("color:N", scale=None),
        tooltip=_hover(form),
    )
    x = alt.X(
        "low:Q", title=title, axis=alt.Axis(format=form, grid=True, tickCount=6), scale=alt.Scale(zero=False, nice=True)
    )
    line = alt.Chart(data([{"at": one} for one in at])).mark_rule(strokeDash=[4, 4], color=look.GREY)
    return put(
        line.encode(x="at:Q"),
        base.mark_rule(strokeWidth=4, opacity=0.4).encode(x=x, x2="high:Q"),
        base.mark_point(filled=True, size=130, opacity=1, stroke="white").encode(x="value:Q"),
        height=ROW * len(rows) + AXIS,
    )


def _hover(form: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("value:Q", title="value", format=form),
        alt.Tooltip("low:Q", title="95 % interval from", format=form),
        alt.Tooltip("high:Q", title="to", format=form),
        alt.Tooltip("words:N", title="on"),
    ]
